import { expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import type { KeptMail } from '../../src/sandbox/mailbox/kept.ts'
import type { ZammadFault } from '../../src/sandbox/zammad/zammad.ts'
import { seeded } from '../support/samples.ts'
import { broken, outcomeOf } from './far-side.ts'
import { openHouse, type House } from './house.ts'
import { aVisit, look, openForm, send, submit, type Told, type Visit } from './visitors.ts'

const random = seeded(21)

const isFull = Boolean(process.env['FULL'])
/** All of them with `npm run test:full`, five hundred in the end; else the fewest that come together. */
const some = (count: number): number => (isFull ? count : 10)
const somePairs = (count: number): number => (isFull ? count : 4)
const DOWN_MS = (isFull ? 24 : 6) * HOUR_MS
/** Between two rounds while all comes to its end. */
const SETTLING_POLL_MS = isFull ? MINUTE_MS : 5 * MINUTE_MS
let cases = 0
const nextVisit = (over: Parameters<typeof aVisit>[2] = {}): Visit => aVisit(random, (cases += 1), over)

/** Visitors come ten at a time, evenly over that time, while the service works. */
async function come(house: House, count: number, ms: number): Promise<Told[]> {
  const told: Told[] = []
  while (told.length < count) {
    const visits = Array.from({ length: 10 }, (_, n) =>
      nextVisit(told.length === 0 && n === 0 ? { bigBytes: 3_000_000 } : {}),
    )
    const [group] = await Promise.all([
      Promise.all(visits.map((visit) => submit(house.door, visit))),
      house.live((ms * 10) / count, 5 * MINUTE_MS),
    ])
    told.push(...group)
  }
  return told
}

/** Somebody new sends two requests at the same moment, each with a double click. */
async function comeAtOnce(house: House, visitors: number): Promise<Told[]> {
  const told: Told[] = []
  for (let n = 0; n < visitors; n += 1) {
    const email = `new-${n}@example.org`
    const pair = [nextVisit({ email }), nextVisit({ email })]
    const working = house.live(MINUTE_MS)
    const sent = await Promise.all(
      pair.map(async (visit) => {
        const token = await openForm(house.door)
        const [first, second] = await Promise.all([
          send(house.door, visit, token),
          send(house.door, visit, token),
        ])
        expect(second).toBe(first)
        const { reference, ticket_number } = await look(house.door, first)
        return { visit, token: first, reference, number: ticket_number }
      }),
    )
    told.push(...sent)
    await working
  }
  return told
}

/** Where every answer is lost nobody comes so far as to write: of reads only so many meet what cuts answers off. */
const NTH_READ = 5

/** Sets troubles, and counts the requests to open a ticket that met each. */
function troubles({ far }: House) {
  const creates = new Map<ZammadFault, number>()
  let reads = 0
  return {
    befall: (fault: ZammadFault): void =>
      far.zammad.setFault(({ method, url }) => {
        if (method === 'POST' && /\/tickets(?:\?|$)/.test(url))
          creates.set(fault, (creates.get(fault) ?? 0) + 1)
        const isCut = fault === 'lost-answer' || fault === 'late-commit'
        return isCut && method === 'GET' && (reads += 1) % NTH_READ > 0 ? 'up' : fault
      }),
    creates: () => Object.fromEntries(creates),
  }
}

const isSome = (count: number): boolean => count > 0

/** Mails that came again because nobody knew whether they had been taken. */
const copiesIn = (mails: readonly KeptMail[]): number =>
  mails.length - new Set(mails.map(({ headers }) => headers['message-id'])).size

test(
  'in all the trouble that Zammad can be, each of many requests becomes one ticket with the number that was told',
  { timeout: 600_000 },
  async () => {
    const house = await openHouse(1)
    const { mailbox } = house.far
    const met = troubles(house)
    await house.live(MINUTE_MS)

    met.befall('down')
    const told = await come(house, some(20), DOWN_MS)
    expect(outcomeOf(house.far).state.tickets.size).toBe(1)
    met.befall('slow')
    told.push(...(await come(house, some(130), 30 * MINUTE_MS)))
    met.befall('lost-answer')
    told.push(...(await come(house, some(130), 30 * MINUTE_MS)))
    mailbox.setFault('cut')
    told.push(...(await come(house, some(20), 10 * MINUTE_MS)))
    mailbox.setFault('up')
    met.befall('late-commit')
    told.push(...(await come(house, some(100), 30 * MINUTE_MS)))
    mailbox.setFault('down')
    const mailsBefore = mailbox.messages().length
    told.push(...(await comeAtOnce(house, somePairs(20))))
    expect(mailbox.messages()).toHaveLength(mailsBefore)
    mailbox.setFault('up')
    met.befall('up')
    told.push(...(await comeAtOnce(house, somePairs(30))))
    await house.live(HOUR_MS, SETTLING_POLL_MS)

    expect(copiesIn(mailbox.messages())).toBeGreaterThan(0)
    expect(met.creates()).toEqual({
      down: expect.toSatisfy(isSome),
      slow: expect.toSatisfy(isSome),
      'lost-answer': expect.toSatisfy(isSome),
      'late-commit': expect.toSatisfy(isSome),
      up: expect.toSatisfy(isSome),
    })
    const requests = 2 * some(20) + 2 * some(130) + some(100) + 2 * (somePairs(20) + somePairs(30))
    expect(told).toHaveLength(requests)
    expect(new Set(told.map(({ number }) => number)).size).toBe(requests)
    for (const { reference, number } of told) expect(number).toBe(reference)
    expect(await broken(outcomeOf(house.far), told)).toEqual([])
    expect(await house.unfinished()).toEqual([])
    for (const { token, number } of told) {
      expect(await look(house.door, token)).toMatchObject({ status: 'opened', ticket_number: number })
    }
    expect(house.log.join()).not.toMatch(/example\.org|Visitor|case-/)
  },
)

test(
  'where Zammad was never reached, the form answers, the page is honest, and the ticket follows',
  { timeout: 60_000 },
  async () => {
    const house = await openHouse(2)
    house.far.zammad.setFault('down')
    await house.live(MINUTE_MS)
    const told = [await submit(house.door, nextVisit()), await submit(house.door, nextVisit())]
    for (const { reference, number } of told) {
      expect(reference).toMatch(/^FL-/)
      expect(number).toBeNull()
    }
    await house.live(HOUR_MS, SETTLING_POLL_MS)
    const [first] = told
    if (!first) throw new Error('nobody was told anything')
    const page = await (
      await house.door.speak(new Request(`${house.door.url}/c/${first.token}?lang=en`))
    ).text()
    expect(page).toContain(first.reference.slice(3))
    expect((await look(house.door, first.token)).status).toBe('received')

    house.far.zammad.setFault('up')
    await house.live(HOUR_MS, SETTLING_POLL_MS)
    expect(await broken(outcomeOf(house.far), told)).toEqual([])
    const notes = [...outcomeOf(house.far).state.articles.values()].filter(({ internal }) => internal)
    expect(notes.map(({ body }) => body.split('\n').at(-1)).toSorted()).toEqual(
      told.map(({ reference }) => `The visitor knows this request as ${reference}.`).toSorted(),
    )
    for (const { token, reference } of told) {
      const seen = await look(house.door, token)
      expect(seen).toMatchObject({ reference, status: 'opened' })
      expect(seen.ticket_number).toMatch(/^\d+$/)
    }
  },
)
