/** A page as a browser shows it. */
export interface Page {
  readonly status: number
  /** Absolute, after redirects. */
  readonly address: string
  readonly headers: Headers
  readonly html: string
  /** What a reader sees, one line a block. */
  readonly text: string
  /** Every address that the page leads to or loads, as written: links, actions, assets. */
  readonly leadsTo: readonly string[]
}

export interface Attached {
  readonly field: string
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

export type Typed = Readonly<Record<string, string | readonly string[]>>

/** What a visitor puts into a form. */
export interface Filled {
  readonly answers: Typed
  readonly files?: readonly Attached[]
}

/** What became of a form that was sent. */
export interface Sent {
  /** Of the answer to the POST itself. */
  readonly status: number
  readonly location: string | null
  /** Where the browser ends up. */
  readonly page: Page
}

/** A form in an open tab: what is sent from it twice carries one token. */
export interface OpenForm {
  readonly page: Page
  readonly sends: (filled: Filled) => Promise<Sent>
}

/** Somebody with a browser without script. */
export interface Visitor {
  /** An address, or a path below PUBLIC_URL. */
  readonly opens: (address: string) => Promise<Page>
  readonly opensForm: (form: string, language?: string) => Promise<OpenForm>
  readonly sends: (request: Filled & { readonly form: string; readonly language?: string }) => Promise<Sent>
  /** Sends the one form of a page that is open; what is sent from it twice carries one token. */
  readonly sendsFrom: (page: Page, filled: Filled) => Promise<Sent>
  /** Follows a link of a page: the one whose address has the words in it. */
  readonly follows: (page: Page, words: string) => Promise<Page>
}

export function createVisitor(publicUrl: string, ask: (request: Request) => Promise<Response>): Visitor {
  const base = publicUrl.replace(/\/+$/, '')
  const opens = async (to: string): Promise<Page> => {
    const address = to.startsWith('/') ? base + to : to
    return pageOf(address, await ask(new Request(address)))
  }
  const opensForm = async (form: string, language = 'en'): Promise<OpenForm> => {
    const page = await opens(`/forms/${form}?lang=${language}`)
    return { page, sends: (filled) => sendFrom(page, filled) }
  }
  async function sendFrom(from: Page, filled: Filled): Promise<Sent> {
    const action = new URL(unescaped(attribute(from.html, /<form [^>]*action="([^"]*)"/)), from.address)
    const request = new Request(action, {
      method: 'POST',
      headers: { Origin: action.origin },
      body: bodyOf(from, filled),
    })
    const answer = await ask(request)
    const location = answer.headers.get('Location')
    const page =
      location === null ? await pageOf(action.href, answer) : await opens(new URL(location, action).href)
    return { status: answer.status, location, page }
  }
  return {
    opens,
    opensForm,
    sends: async ({ form, language, ...filled }) => (await opensForm(form, language)).sends(filled),
    sendsFrom: sendFrom,
    async follows(page, words) {
      const to = page.leadsTo.find((address) => address.includes(words))
      if (to === undefined) throw new Error(`${page.address} leads to nothing with ${words} in it`)
      return opens(new URL(to, page.address).href)
    },
  }
}

/** The parts in the order of the page: hidden fields, text, files. */
function bodyOf(page: Page, { answers, files = [] }: Filled): FormData {
  const body = new FormData()
  for (const [input] of page.html.matchAll(/<input type="hidden"[^>]*>/g)) {
    body.append(attribute(input, /name="([^"]*)"/), unescaped(attribute(input, /value="([^"]*)"/)))
  }
  for (const [name, answer] of Object.entries(answers)) {
    for (const value of typeof answer === 'string' ? [answer] : answer) body.append(name, value)
  }
  for (const { field, name, type, bytes } of files) body.append(field, new File([bytes], name, { type }))
  return body
}

function attribute(html: string, pattern: RegExp): string {
  const found = pattern.exec(html)?.[1]
  if (found === undefined) throw new Error(`the page has nothing like ${pattern}`)
  return found
}

async function pageOf(address: string, answer: Response): Promise<Page> {
  const html = await answer.text()
  const leadsTo = Array.from(html.matchAll(/\s(?:href|src|action)="([^"]*)"/g), ([, to = '']) =>
    unescaped(to),
  )
  return { status: answer.status, address, headers: answer.headers, html, text: textOf(html), leadsTo }
}

const BLOCK_END =
  /<\/(?:title|p|h\d|li|dt|dd|div|section|label|legend|nav|header|footer|button|option)>|<br\s*\/?>/g

const textOf = (html: string): string =>
  unescaped(
    html
      .replace(/<(style|script)\b[\s\S]*?<\/\1>/g, '')
      .replace(BLOCK_END, '\n')
      .replace(/<[^>]*>/g, ''),
  )
    .replace(/\u00a0/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

const unescaped = (html: string): string =>
  html.replace(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => ENTITIES[name] ?? whole)
