import { expect, test } from 'vitest'
import { lives, openTown, type Town } from '../support/town.ts'
import { promised } from './promised.ts'
import { ANN, aRequest, kindsTo, type Request } from './relaying.ts'

/** The catalogue team answers sooner than the others, and one team later. */
const PROMISE = `target: 48h
targets: [{ unit: catalogue, target: 6h }, { unit: technical, target: 72h }]
`

const routing = promised(PROMISE)

async function asked(): Promise<{ readonly town: Town; readonly ann: Request }> {
  const town = await openTown({ rules: routing })
  await town.passes('2s')
  return { town, ann: await aRequest(town) }
}

const regrets = async (town: Town): Promise<readonly string[]> =>
  (await town.mails())
    .filter(({ to, text }) => to.includes(ANN) && text?.includes('Our answer is late'))
    .map(({ text }) => text ?? '')

test('whose request goes to a team that is to answer sooner hears that it is late not before the receipt told, once', async () => {
  const { town, ann } = await asked()
  await lives(town, '+10h')
  await town.agent.changes(ann.id, { group: 'Catalogue' })
  await lives(town, '+11h', '+30h', '+47h')
  expect((await ann.page()).text).toContain('Answer was due\nSaturday 21 November, 19:00')
  expect(await regrets(town)).toEqual([])
  await lives(town, '+49h', '+60h', '+80h')
  expect(await regrets(town)).toEqual([expect.stringContaining('Late since: Saturday 21 November, 19:00')])
})

test('who was told of more time with a first answer hears that the rest is late not before that', async () => {
  const { town, ann } = await asked()
  await lives(town, '+1h')
  await town.agent.tags(ann.id, 'holding')
  await town.agent.changes(ann.id, { group: 'Technical support' })
  await town.agent.writes(ann.id, 'We are looking into it')
  await lives(town, '+65m')
  await town.at('+2h').agent.changes(ann.id, { group: 'Catalogue' })
  await lives(town, '+3h', '+49h', '+71h')
  expect(await regrets(town)).toEqual([])
  await lives(town, '+73h', '+90h')
  expect(await regrets(town)).toEqual([
    expect.stringContaining('You have had a first answer. The rest should have come by now.'),
  ])
})

test('who was answered before the time that the receipt told hears of no lateness', async () => {
  const { town, ann } = await asked()
  await lives(town, '+10h')
  await town.agent.changes(ann.id, { group: 'Catalogue' })
  await lives(town, '+11h')
  await town.agent.writes(ann.id, 'Try it again now.')
  await lives(town, '+12h', '+49h', '+80h')
  expect(await kindsTo(town, ANN)).toEqual(['receipt', 'moved', 'answer'])
})

test('a first answer that promises more is told as one, with the rest and its time, also once that is late', async () => {
  const { town, ann } = await asked()
  await town.agent.tags(ann.id, 'holding')
  await lives(town, '+1h')
  await town.agent.writes(ann.id, 'We are looking into it')
  await lives(town, '+2h')
  const held = (await ann.page()).text
  expect(held).toContain('You have a first answer')
  expect(held).toContain('A first answer came, the rest follows\n')
  expect(held).toContain('The rest by\n')
  await lives(town, '+49h')
  const late = (await ann.page()).text
  expect(late).toContain('A first answer came, the rest is late\n')
  expect(late).toMatch(/The rest was due\n[^]*The rest is \d+ minutes late\. We are sorry/)
  for (const text of [held, late])
    expect(text).not.toMatch(/You have an answer|Answered\n|Answer by|We are .* late/)
  await town.agent.calls('DELETE', '/tags/remove', { object: 'Ticket', o_id: ann.id, item: 'holding' })
  await town.at('+50h').agent.writes(ann.id, 'It is mended.')
  await lives(town, '+51h')
  expect((await ann.page()).text).toContain('You have an answer')
})

test('where staff see nothing to answer the page says so, until the visitor writes again', async () => {
  const { town, ann } = await asked()
  const words = 'Our team sees nothing left to answer.'
  expect((await ann.page()).text).not.toContain(words)
  await town.agent.tags(ann.id, 'no-answer-needed')
  await lives(town, '+1h')
  expect((await ann.page()).text).toContain(words)
  await town.visitor.sendsFrom(await ann.page(), { answers: { body: 'There is one thing more' } })
  await lives(town, '+2h')
  const after = (await ann.page()).text
  expect(after).not.toContain(words)
  expect(after).toContain('Answer by')
})

test('the foot of every page tells the longest time that any team or priority has', async () => {
  const { town, ann } = await asked()
  const home = await (await town.service.app.request(`${town.publicUrl}/`)).text()
  for (const html of [home, (await ann.page()).html]) expect(html).toContain('Answered within 72\u00a0hours')
})
