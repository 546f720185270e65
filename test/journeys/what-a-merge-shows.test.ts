import { expect, test } from 'vitest'
import { ANN, answersTo, aRequest, aTown, BOB, kindsTo, notesWith } from './relaying.ts'

/** Two requests, each with an answer of its own, and the first merged into the second. */
async function merged(second: Readonly<Record<string, string>>) {
  const town = await aTown()
  const source = await aRequest(town)
  const target = await aRequest(town, second)
  await town.agent.writes(source.id, 'Said on the source')
  await town.agent.writes(target.id, 'Said on the target')
  await town.passes('10s', '2m')
  await town.agent.merges(source.id, target.number)
  await town.passes('10s', '2m')
  return { town, source, target }
}

test('of two visitors each keeps their own, is told nothing of the other, and staff know who sees what', async () => {
  const { town, source, target } = await merged({ name: 'Bob Ray', email: BOB, what: 'Bob’s own words' })
  await town.agent.writes(target.id, 'For Bob alone')
  await town.passes('10s', '2m', '1h')
  const ofAnn = await source.page()
  const ofBob = await target.page()
  expect(ofAnn.text).toContain('Said on the source')
  expect(ofAnn.text).toContain('Handled together with another request')
  expect(ofBob.text).toContain('Said on the target')
  expect(ofBob.text).toContain('For Bob alone')
  expect(await kindsTo(town, ANN)).toEqual(['receipt', 'answer', 'merged'])
  expect(await kindsTo(town, BOB)).toEqual(['receipt', 'answer', 'answer'])
  const toAnn = (await town.mails()).filter(({ to }) => to.includes(ANN)).map(({ raw }) => raw)
  const toBob = (await town.mails()).filter(({ to }) => to.includes(BOB)).map(({ raw }) => raw)
  for (const hers of [...toAnn, ofAnn.html])
    expect(hers).not.toMatch(new RegExp(`Bob|target|${target.number}`))
  for (const his of [...toBob, ofBob.html])
    expect(his).not.toMatch(new RegExp(`Ann Lee|source|${source.number}`))
  expect(notesWith(await target.ticket(), 'will not see answers')).toHaveLength(1)

  const sent = await town.visitor.sendsFrom(ofAnn, { answers: { body: 'Ann goes on' } })
  expect(sent.status).toBe(303)
  await town.passes('10s', '2m')
  expect((await target.ticket()).articles.filter(({ body }) => body.includes('Ann goes on'))).toHaveLength(1)
  expect((await source.ticket()).state).toBe('merged')
  expect((await target.page()).text).not.toContain('Ann goes on')
})

test('with the tag answer-all the other visitor is mailed and shown what is said from then on', async () => {
  const { town, source, target } = await merged({ name: 'Bob Ray', email: BOB })
  await town.agent.tags(target.id, 'answer-all')
  await town.passes('10s')
  await town.agent.writes(target.id, 'For both of you')
  await town.passes('10s', '2m', '1m')
  for (const [request, address] of [
    [source, ANN],
    [target, BOB],
  ] as const) {
    expect((await request.page()).text).toContain('For both of you')
    const mails = (await answersTo(town, address)).filter(({ text }) => text?.includes('For both of you'))
    expect(mails).toHaveLength(1)
    expect(mails[0]?.to).toEqual([address])
  }
  expect((await source.page()).text).not.toContain('Said on the target')
})

test('one visitor with both requests gets one mail, both pages show it, and the merge is told once', async () => {
  const { town, source, target } = await merged({})
  await town.agent.writes(target.id, 'For both requests')
  await town.passes('10s', '2m', '1m')
  const mails = (await answersTo(town, ANN)).filter(({ text }) => text?.includes('For both requests'))
  expect(mails).toMatchObject([{ subject: expect.stringContaining(target.number) }])
  expect((await source.page()).text).toContain('For both requests')
  expect((await target.page()).text).toContain('For both requests')
  expect(await kindsTo(town, ANN)).toEqual(['receipt', 'receipt', 'answer', 'answer', 'merged', 'answer'])
})

test('a merge that staff take back: what is said on the first ticket is its visitor’s again, and on the other the other’s', async () => {
  const { town, source, target } = await merged({ name: 'Bob Ray', email: BOB })
  await town.agent.changes(source.id, { state: 'open' })
  await town.passes('10s')
  await town.agent.writes(source.id, 'For Ann again')
  await town.agent.writes(target.id, 'For Bob as ever')
  await town.passes('10s', '2m', '1m')
  const ofAnn = (await source.page()).text
  const ofBob = (await target.page()).text
  expect(ofAnn).toContain('For Ann again')
  expect(ofAnn).toContain('Said on the source')
  expect(ofAnn).not.toContain('Handled together')
  expect(ofAnn).not.toContain('Bob')
  expect(ofBob).toContain('For Bob as ever')
  expect(ofBob).not.toContain('Ann again')
  expect(ofBob).not.toContain('Said on the source')
  expect(await kindsTo(town, ANN)).toEqual(['receipt', 'answer', 'merged', 'answer'])
  expect(await kindsTo(town, BOB)).toEqual(['receipt', 'answer', 'answer'])
})
