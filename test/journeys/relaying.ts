import { BUNDLED } from '../../src/runtime/worker/bundled.ts'
import type { MailJson } from '../../src/sandbox/mailbox/kept.ts'
import type { Source } from '../../src/sources/source.ts'
import type { SeenTicket } from '../support/agent.ts'
import { openTown, type Town, type TownOptions } from '../support/town.ts'
import type { Page, Sent } from '../support/visitor.ts'
import { uploadTrouble } from './requests.ts'

export const ANN = 'ann.lee@hospital.example'
export const BOB = 'bob.ray@clinic.example'
/** The one address that the sandbox's Zammad reads mail at. */
export const DESK = 'tech@helpdesk.example'

export const OPS_TOKEN = 'a-token-for-operators-only'

/** Uploads go to the unit that has a mail address. */
const RULES = `rules:
  - name: uploads
    owner: technical
    when: { form: upload-trouble }
    then: { unit: technical }
    examples: { yes: [{ form: upload-trouble }] }
`
const routing: readonly Source[] = [
  ...BUNDLED.routing
    .filter(({ path }) => /(?:(?:units|promise)\.yaml|\.ics)$/.test(path))
    .map(({ path, text }) => ({ path, text: text.replace('mail: technical@example.org', `mail: ${DESK}`) })),
  { path: 'routing-rules/10-test.yaml', text: RULES },
]

/** A town that knows its Zammad. */
export async function aTown(options: TownOptions = {}): Promise<Town> {
  const town = await openTown({ rules: routing, ...options })
  await town.passes('2s')
  return town
}

/** A request that became a ticket. */
export interface Request {
  readonly sent: Sent
  readonly id: number
  readonly number: string
  readonly page: () => Promise<Page>
  readonly ticket: () => Promise<SeenTicket>
}

export async function aRequest(town: Town, over: Readonly<Record<string, string>> = {}): Promise<Request> {
  return requestOf(town, await town.visitor.sends(uploadTrouble(over)))
}

/** What was sent, once its ticket is open and its receipt is mailed. */
export async function requestOf(town: Town, sent: Sent): Promise<Request> {
  await town.passes('10s', '10s')
  return openedRequest(town, sent)
}

/** What was sent, where its ticket is open already. */
export async function openedRequest(town: Town, sent: Sent): Promise<Request> {
  const number = /Your ticket number\n([\d ]+)\n/.exec(sent.page.text)?.[1]?.replaceAll(' ', '')
  const ticket = async (): Promise<SeenTicket> => {
    const found = (await town.tickets()).find((one) => one.number === number)
    if (!found) throw new Error(`no ticket ${number}`)
    return found
  }
  const { id } = await ticket()
  return { sent, id, number: number ?? '', page: () => town.pageOf(sent), ticket }
}

/** Mails of articles, oldest first. */
export const answersIn = (mails: readonly MailJson[]): readonly MailJson[] =>
  mails.filter(({ headers }) => headers['message-id']?.startsWith('<answer.'))

export const answersTo = async (town: Town, address: string): Promise<readonly MailJson[]> =>
  answersIn(await town.mails()).filter(({ to }) => to.includes(address))

/** The first words of what a visitor was mailed, kind by kind: receipt, answer, moved, closed … */
export const kindsTo = async (town: Town, address: string): Promise<readonly string[]> =>
  (await town.mails())
    .filter(({ to }) => to.includes(address))
    .map(({ headers }) => /^<([a-z]+)\./.exec(headers['message-id'] ?? '')?.[1] ?? '')

/** Internal notes of ours that say so, on a ticket. */
export const notesWith = ({ articles }: SeenTicket, words: string): readonly string[] =>
  articles
    .filter(({ sender, internal, body }) => sender === 'System' && internal && body.includes(words))
    .map(({ body }) => body)

export const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

/** Staff at the board of a town whose `OPS_TOKEN` is set. */
export interface Board {
  readonly page: () => Promise<string>
  /** Presses the first button whose form goes to such an address. */
  readonly presses: (action: RegExp) => Promise<void>
}

export async function aBoard(town: Town): Promise<Board> {
  const { publicUrl } = town
  const ask = (
    headers: Readonly<Record<string, string>>,
    path: string,
    form?: Readonly<Record<string, string>>,
  ) =>
    town.service.app.request(publicUrl + path, {
      method: form ? 'POST' : 'GET',
      headers: { Origin: publicUrl, ...headers },
      ...(form ? { body: new URLSearchParams(form) } : {}),
    })
  const signedIn = await ask({}, '/ops', { token: OPS_TOKEN })
  const session = { Cookie: signedIn.headers.get('Set-Cookie')?.split(';', 1)[0] ?? '' }
  const page = async (): Promise<string> => (await ask(session, '/ops')).text()
  return {
    page,
    async presses(action) {
      const html = await page()
      const path = action.exec(html)?.[0]
      const token = /name="_token" value="([^"]*)"/.exec(html)?.[1]
      if (path === undefined || token === undefined) throw new Error(`the board has no button ${action}`)
      await ask(session, path, { _token: token })
    },
  }
}
