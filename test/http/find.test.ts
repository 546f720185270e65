import { expect, test } from 'vitest'
import { jobs } from '../../src/store/schema.ts'
import { openPlatform } from '../support/platform.node.ts'
import { openFront } from './front.ts'

const asking = (fields: Readonly<Record<string, string>>): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams(fields),
})

const whole = async (answer: Response) => ({
  status: answer.status,
  headers: Object.fromEntries(answer.headers),
  body: await answer.text(),
})

test('whoever asks for links is answered alike, known or not, and one job looks for them', async () => {
  const desk = await openFront(await openPlatform())
  await desk.opened()
  const known = await whole(await desk.ask('/find', asking({ email: 'ann.lee@example.org' })))
  const unknown = await whole(await desk.ask('/find', asking({ email: 'nobody@example.org' })))
  const again = await whole(await desk.ask('/find', asking({ email: 'Ann.Lee@example.org' })))
  expect(known).toMatchObject({ status: 303, headers: { location: '/find?sent=1&lang=en' } })
  expect(unknown).toEqual(known)
  expect(again).toEqual(known)
  const rows = await desk.db.q.select().from(jobs)
  expect(rows.map(({ kind }) => kind)).toEqual(['find-links', 'find-links'])
  expect(desk.state.woken).toBe(3)
})

test('the page after that is one page, and tells nobody anything', async () => {
  const desk = await openFront(await openPlatform())
  const page = await (await desk.ask('/find?sent=1&lang=en')).text()
  expect(page).toContain('If we have requests of that address')
})

test.for(['', 'ann', 'a@b@c.example', '"a b"@c.example'])(
  'for the address “%s” nothing is asked, and the page says what is wrong',
  async (email) => {
    const desk = await openFront(await openPlatform())
    const answer = await desk.ask('/find', asking({ email }))
    const page = await answer.text()
    expect([answer.status, page.includes('Enter an email address')]).toEqual([422, true])
    expect(page).toContain(`value="${email.replaceAll('"', '&quot;')}"`)
    expect(await desk.db.q.select().from(jobs)).toEqual([])
  },
)

test('a program that fills in what nobody sees is answered like everybody, and nothing is asked', async () => {
  const desk = await openFront(await openPlatform())
  const fields = { email: 'ann.lee@example.org' }
  const person = await whole(await desk.ask('/find', asking(fields)))
  const before = await desk.dump()
  const program = await whole(
    await desk.ask('/find', asking({ email: 'eve@example.org', _email2: 'http://spam.example' })),
  )
  expect(program).toEqual(person)
  expect(await desk.dump()).toBe(before)
})

test('a guard that refuses is asked about the address, and keeps it on the page', async () => {
  const asked: object[] = []
  const desk = await openFront(await openPlatform(), {
    guard: async (arriving) => {
      asked.push(arriving)
      return 'too-many'
    },
  })
  const answer = await desk.ask('/find', asking({ email: 'ann.lee@example.org' }))
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '30'])
  expect(await answer.text()).toContain('value="ann.lee@example.org"')
  expect(asked).toEqual([{ form: 'find', address: 'ann.lee@example.org' }])
})

test('a store that fails is told of, and the log names no address', async () => {
  const platform = await openPlatform()
  const db = { ...platform.db, atomically: () => Promise.reject(new Error('the disk is full')) }
  const desk = await openFront({ ...platform, db })
  const answer = await desk.ask('/find', asking({ email: 'ann.lee@example.org' }))
  expect(answer.status).toBe(503)
  expect(await answer.text()).toContain('value="ann.lee@example.org"')
  expect(desk.log.map(({ event }) => event)).toEqual(['find.failed'])
})

test.for([
  ['text/plain', 'email=a', 415],
  ['application/x-www-form-urlencoded', `email=${'a'.repeat(10_000)}`, 413],
] as const)('a body of %s that is none of ours is told of', async ([type, body, status]) => {
  const desk = await openFront(await openPlatform())
  const answer = await desk.ask('/find', { method: 'POST', headers: { 'Content-Type': type }, body })
  expect(answer.status).toBe(status)
})

test('who has lost a link finds the way from the first page and from a link that is none', async () => {
  const desk = await openFront(await openPlatform())
  for (const path of ['/', '/c/nothing']) {
    expect(await (await desk.ask(path)).text()).toContain('href="/find?lang=en"')
  }
})
