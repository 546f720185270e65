import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/clock.ts'
import { type Act, AGENT_ACTS } from './agent-acts.ts'
import { OPS_TOKEN, PUBLIC_URL } from './light-house.ts'
import { botLooked, lookAround, type Tale } from './tale.ts'

const SPANS = [
  20 * SECOND_MS,
  20 * SECOND_MS,
  40 * SECOND_MS,
  70 * SECOND_MS,
  70 * SECOND_MS,
  5 * MINUTE_MS,
  2 * HOUR_MS,
]

/** One round of the bot, after that time. */
export async function passes(tale: Tale, ms: number): Promise<void> {
  tale.house.turn(ms)
  await tale.house.tick()
  lookAround(tale)
  tale.isDisturbed = false
  if (tale.isReached) botLooked(tale)
}

const A_ROUND = 25

/** An agent does something while the bot is at work. */
const inTheMidst =
  (acts: readonly (readonly [number, Act])[]): Act =>
  async (tale) => {
    const { house, dice } = tale
    const [, act] = dice.pick(acts) ?? []
    const atCall = 1 + dice.below(A_ROUND)
    let told: string | null = null
    house.turn(70 * SECOND_MS)
    tale.isDisturbed = await house.tick({
      atCall,
      async act() {
        house.turn(SECOND_MS)
        told = (await act?.(tale).catch(refusedByZammad)) ?? null
        lookAround(tale)
        house.turn(SECOND_MS)
      },
    })
    lookAround(tale)
    if (tale.isReached && !tale.isDisturbed) botLooked(tale)
    return `70 s pass, and before call ${atCall}: ${told ?? 'nothing'}`
  }

/** An agent is told by Zammad what cannot be done. */
export function refusedByZammad(error: unknown): string {
  if (error instanceof Error && /^[A-Z]+ \/\S*: (?:4\d\d|500) /.test(error.message))
    return `refused: ${error.message}`
  throw error
}

const timePasses: Act = async (tale) => {
  const ms = tale.dice.happens(0.03) ? 3 * DAY_MS : (tale.dice.pick(SPANS) ?? SECOND_MS)
  await passes(tale, ms)
  return `${ms / SECOND_MS} s pass`
}

const zammadFails: Act = async (tale) => {
  const zammad = tale.isReached ? (tale.dice.pick(['down', 'lost-answer'] as const) ?? 'down') : 'up'
  tale.house.fault({ zammad })
  tale.isReached = zammad === 'up'
  return `Zammad is ${zammad}`
}

const mailFails: Act = async (tale) => {
  const smtp = tale.dice.pick(['down', 'cut', 'up', 'up'] as const) ?? 'up'
  tale.house.fault({ smtp })
  return `SMTP is ${smtp}`
}

const hooksFail: Act = async (tale) => {
  const hooks = tale.dice.happens(0.5) ? 'dropped' : 'up'
  tale.house.fault({ hooks })
  return `hooks are ${hooks}`
}

/** Our store is copied; what is done until the copy comes back is forgotten here. */
const storeRestored: Act = async (tale) => {
  const { house } = tale
  const restore = house.copyStore()
  const known = new Set(tale.known)
  const over = new Map(tale.requests.flatMap(({ links }) => links.map((link) => [link, link.isOver])))
  later(tale, async () => {
    await restore()
    tale.known = new Set([...known, ...tale.known])
    for (const request of tale.requests) {
      request.revoking = null
      for (const link of request.links) {
        link.isForgotten ||= !over.has(link)
        link.isOver = over.get(link) ?? false
      }
    }
    return 'our store is restored'
  })
  return 'our store is copied'
}

const zammadRestored: Act = async (tale) => {
  const restore = tale.house.copyZammad()
  const merges = new Map(tale.merges)
  later(tale, async () => {
    restore()
    tale.merges = new Map(merges)
    for (const request of tale.requests) request.revoking = null
    return 'Zammad is restored'
  })
  return 'Zammad is copied'
}

const waiting = new WeakMap<Tale, { readonly due: number; readonly act: () => Promise<string> }[]>()

function later(tale: Tale, act: () => Promise<string>): void {
  const due = tale.happened.length + 3 + tale.dice.below(10)
  waiting.set(tale, [...(waiting.get(tale) ?? []), { due, act }])
}

/** What was put off until now. */
export async function dueNow(tale: Tale): Promise<readonly string[]> {
  const all = waiting.get(tale) ?? []
  const due = all.filter((one) => one.due <= tale.happened.length)
  waiting.set(
    tale,
    all.filter((one) => !due.includes(one)),
  )
  const told: string[] = []
  for (const { act } of due) told.push(await act())
  return told
}

/** The board as staff see it, and the session that they have. */
export async function openBoard({ house }: Tale): Promise<{ html: string; cookie: string }> {
  const board = `${PUBLIC_URL}/ops`
  const body = new URLSearchParams({ token: OPS_TOKEN })
  const entered = await house.ask(
    new Request(board, { method: 'POST', body, headers: { Origin: PUBLIC_URL } }),
  )
  const cookie = (entered.headers.get('Set-Cookie') ?? '').split(';')[0] ?? ''
  const answer = await house.ask(new Request(board, { headers: { Cookie: cookie } }))
  if (answer.status !== 200) throw new Error(`the board cannot be opened: ${answer.status}`)
  return { html: await answer.text(), cookie }
}

/** Staff decide on what waits for them: what is held is sent, or left, and what is frozen goes on. */
const staffDecide: Act = async (tale) => {
  const { html, cookie } = await openBoard(tale)
  const [, token = ''] = /name="_token" value="([^"]+)"/.exec(html) ?? []
  const offered = Array.from(html.matchAll(/action="([^"]+\/(?:send|go-on))"/g), ([, path = '']) => path)
  const path = tale.dice.pick(offered.filter((one) => !isOfForwarded(tale, one)))
  if (path === undefined) return null
  const body = new URLSearchParams({ _token: token })
  await tale.house.ask(
    new Request(new URL(path, PUBLIC_URL), {
      method: 'POST',
      body,
      headers: { Cookie: cookie, Origin: PUBLIC_URL },
    }),
  )
  return `staff decide: ${path.replace(/[0-9a-z]{20,}/, '…')}`
}

/** What went to others only stays theirs in these histories: then it must be seen nowhere. */
const isOfForwarded = ({ standing }: Tale, path: string): boolean =>
  [...standing].some(([{ isForwarded }, { id }]) => isForwarded && path.includes(`/articles/${id}/`))

export const MISHAPS: readonly (readonly [number, Act])[] = [
  [24, timePasses],
  [8, inTheMidst(AGENT_ACTS)],
  [1.5, zammadFails],
  [2.5, mailFails],
  [2, hooksFail],
  [0.8, storeRestored],
  [0.8, zammadRestored],
  [1, staffDecide],
]
