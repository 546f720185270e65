import { z } from 'zod'
import { type Random, randomDigits } from '../../src/random.ts'
import { hex } from '../../src/secret.ts'

const FORM = 'general-question'

/** What one person is about to send. */
export interface Visit {
  /** Stands in the subject, so that the request is known again anywhere. */
  readonly mark: string
  readonly name: string
  readonly email: string
  readonly question: string
  readonly files: readonly {
    readonly name: string
    readonly type: string
    readonly bytes: Uint8Array<ArrayBuffer>
  }[]
}

/** What a person holds who was told that the request is safe. */
export interface Told {
  readonly visit: Visit
  /** Opens the conversation. */
  readonly token: string
  readonly reference: string
  readonly number: string | null
}

/** Carries a request to Firstline: in the process, or over the network. */
export type Speak = (request: Request) => Promise<Response>

export interface Door {
  readonly speak: Speak
  readonly url: string
}

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52)

function png(random: Random, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(PNG.length + length)
  const noise = random(4099)
  for (let at = 0; at < bytes.length; at += noise.length) bytes.set(noise.subarray(0, bytes.length - at), at)
  bytes.set(PNG)
  return bytes
}

const text = (random: Random, lines: number): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(
    Array.from({ length: lines }, (_, n) => `${n} ${randomDigits(random, 60)} ñ\n`).join(''),
  )

/** A visitor with a request that nobody else has; every third brings files, `bigBytes` among them now and then. */
export function aVisit(random: Random, n: number, over: { email?: string; bigBytes?: number } = {}): Visit {
  const mark = `case-${n}-${randomDigits(random, 6)}`
  const big = over.bigBytes ?? 0
  return {
    mark,
    name: `Vera Visitor ${n}`,
    email: over.email ?? `visitor-${n}@example.org`,
    question: `This is ${mark}.\n${randomDigits(random, 200)} ¿qué?`,
    files: [
      ...(n % 3 === 0
        ? [{ name: `log-${n}.txt`, type: 'text/plain', bytes: text(random, 1 + (n % 40)) }]
        : []),
      ...(n % 6 === 0 || big > 0
        ? [{ name: `screen-${n}.png`, type: 'image/png', bytes: png(random, big || 2000 + n) }]
        : []),
    ],
  }
}

/** Opens the form's page and takes its hidden token. */
export async function openForm(door: Door): Promise<string> {
  const page = await door.speak(new Request(`${door.url}/forms/${FORM}`))
  const [, token] = /name="_token" value="([^"]+)"/.exec(await page.text()) ?? []
  if (page.status !== 200 || !token) throw new Error(`the form cannot be opened: ${page.status}`)
  return token
}

function filledForm(visit: Visit, token: string): FormData {
  const form = new FormData()
  form.set('_token', token)
  form.set('_zone', 'Europe/Madrid')
  form.set('_email2', '')
  form.set('name', visit.name)
  form.set('email', visit.email)
  form.set('subject', visit.mark)
  form.set('question', visit.question)
  form.set('consent', 'yes')
  for (const { name, type, bytes } of visit.files) {
    form.append('attachments', new File([bytes], name, { type }))
  }
  return form
}

/** Presses send; the conversation's token where the answer is the redirect that says "it is safe". */
export async function send(door: Door, visit: Visit, token: string): Promise<string> {
  const post = new Request(`${door.url}/forms/${FORM}`, {
    method: 'POST',
    body: filledForm(visit, token),
    redirect: 'manual',
    headers: { origin: new URL(door.url).origin },
  })
  const answer = await door.speak(post)
  const location = answer.headers.get('location') ?? ''
  const [, conversation] = /\/c\/([0-9a-z]{32})/.exec(location) ?? []
  const body = await answer.text()
  if (answer.status !== 303 || !conversation) {
    throw new Error(`not accepted: ${answer.status} ${/<h2[^>]*>([^<]*)/.exec(body)?.[1] ?? ''}`)
  }
  return conversation
}

const Conversation = z.object({
  reference: z.string(),
  ticket_number: z.string().nullable(),
  status: z.string(),
  articles: z.array(z.object({ attachments: z.array(z.object({ name: z.string(), url: z.url() })) })),
})

/** What the private page knows, as the API tells it. */
export async function look(door: Door, token: string): Promise<z.infer<typeof Conversation>> {
  const answer = await door.speak(new Request(`${door.url}/api/v1/conversations/${token}`))
  if (answer.status !== 200) throw new Error(`the conversation cannot be opened: ${answer.status}`)
  return Conversation.parse(await answer.json())
}

/** Fills in the form, sends it, and reads on the page what the number is. */
export async function submit(door: Door, visit: Visit): Promise<Told> {
  const token = await send(door, visit, await openForm(door))
  const { reference, ticket_number } = await look(door, token)
  return { visit, token, reference, number: ticket_number }
}

export const sha256Of = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
