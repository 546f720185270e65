import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/clock.ts'
import { acknowledgementToken, createAcknowledge } from '../../src/clocks/acknowledge.ts'
import { createStillTrue, type Standing } from '../../src/clocks/still-true.ts'
import type { Alert } from '../../src/outbox/alert.ts'
import { createSigner, Secret } from '../../src/secret.ts'
import { createFollowedTickets } from '../../src/store/followed.ts'
import { jobs as jobRows } from '../../src/store/schema.ts'
import { NOON } from '../support/samples.ts'
import { ANSWER, aSweep, moved, NOTE, tagged, untagged } from './sweeping.ts'

/** A promise of which staff are told, and what their links do. */
async function anAlertedTown() {
  const town = await aSweep()
  const signer = await createSigner([new Secret('s'.repeat(32))])
  const seen = createAcknowledge({
    records: town.records,
    reckoner: town.reckoner,
    addJob: town.jobs.add,
    zammadWebUrl: 'https://help.example.org',
    timeZone: 'Europe/Madrid',
    signer,
    atomically: town.db.atomically,
    clock: town.time.now,
    random: town.deps.random,
  })
  const stillTrueOf = createStillTrue({
    ...town.deps,
    records: town.records,
    followed: createFollowedTickets(town.db),
  })
  const stillTrueTo = (address: string, alerts: readonly Alert[]) => stillTrueOf(alerts, address)
  const stillTrue = (alerts: readonly Alert[]) => stillTrueTo('first@staff.example', alerts)
  await town.request('ann', 1)
  return {
    ...town,
    ...seen,
    signer,
    stillTrue,
    stillTrueTo,
    /** How the alerts stand, in few words. */
    async stand(alerts: readonly Alert[]): Promise<readonly Standing['is'][]> {
      return (await stillTrue(alerts)).map(({ is }) => is)
    },
    /** From now on everybody is promised an answer within that time. */
    promises(targetMs: number): void {
      const { promise } = town.world.rules
      town.world.rules = { ...town.world.rules, promise: { ...promise, targetMs } }
    },
    /** The token in the link of the last alert. */
    async token(): Promise<string> {
      const last = (await town.alarms()).at(-1)
      if (!last) throw new Error('nobody was told')
      return acknowledgementToken(signer, last.alert.ack)
    },
    notes: async () =>
      (await town.db.q.select().from(jobRows))
        .filter(({ kind }) => kind === 'add-note')
        .map(({ payload }): { ticket: number; lines: string[] } => Object(JSON.parse(payload))),
  }
}

test('the link of an alert names the ticket and the level', async () => {
  const town = await anAlertedTown()
  await town.passes(36 * HOUR_MS)
  expect(await town.find(await town.token())).toMatchObject({
    mark: { level: '75%', acknowledgedAt: null },
    number: '7801',
    unit: 'first-line',
    dueAt: new Date('2026-11-23T12:00:00Z'),
    link: 'https://help.example.org/#ticket/zoom/1',
    isOver: false,
  })
})

test('an acknowledged level is reminded of no more, and later levels are told', async () => {
  const town = await anAlertedTown()
  await town.passes(44 * HOUR_MS)
  expect(await town.acknowledge(await town.token())).toBe(true)
  await town.passes(5 * HOUR_MS)
  expect(await town.alerts()).toContainEqual(expect.stringContaining('100% of 7801 to boss'))
  expect(await town.acknowledge(await town.token())).toBe(true)
  const before = await town.alerts()
  await town.passes(4 * DAY_MS)
  expect(await town.alerts()).toEqual(before)
})

test('whoever acknowledges a daily reminder ends the others', async () => {
  const town = await anAlertedTown()
  await town.passes(73 * HOUR_MS)
  const before = await town.alerts()
  expect(before.at(-1)).toContain('100%+1d')
  await town.acknowledge(await town.token())
  await town.passes(3 * DAY_MS)
  expect(await town.alerts()).toEqual(before)
})

test('however often a level is acknowledged, one internal note tells so', async () => {
  const town = await anAlertedTown()
  await town.passes(36 * HOUR_MS)
  const token = await town.token()
  await Promise.all([town.acknowledge(token), town.acknowledge(token)])
  expect(await town.acknowledge(token)).toBe(true)
  const [note, ...others] = await town.notes()
  expect(others).toEqual([])
  expect(note).toMatchObject({ ticket: 1 })
  expect(note?.lines.join('\n')).toContain('75\u00a0%')
  expect(note?.lines.at(-1)).toContain(
    'No reminder of this level follows; later levels, if there are any, are still told.',
  )
  expect((await town.find(token))?.mark.acknowledgedAt).toEqual(town.time.now())
})

test('a sweep that is under way while somebody acknowledges tells nothing more of that level', async () => {
  const town = await anAlertedTown()
  await town.passes(49 * HOUR_MS)
  const token = await town.token()
  const before = await town.alerts()
  town.time.turn(DAY_MS)
  town.world.look = async () => {
    await town.acknowledge(token)
    return true
  }
  const write = town.world.atomically
  town.world.atomically = async (writes) => {
    town.world.atomically = write
    return write(writes)
  }
  for (const _ of [1, 2]) await town.round()
  expect(await town.alerts()).toEqual(before)
})

test('after the clock ended there is nothing to acknowledge, and no note is written', async () => {
  const town = await anAlertedTown()
  await town.passes(36 * HOUR_MS)
  const token = await town.token()
  await town.happens('c:ann', ANSWER)
  expect(await town.find(token)).toMatchObject({ isOver: true })
  expect(await town.acknowledge(token)).toBe(false)
  expect(await town.notes()).toEqual([])
})

test.for<readonly [string, (ack: string, proof: string) => string]>([
  ['nothing', () => ''],
  ['no proof', (ack) => ack],
  ['an empty proof', (ack) => `${ack}.`],
  ['a wrong proof', (ack) => `${ack}.${'0'.repeat(32)}`],
  ['the proof of another', (_, proof) => `${'0'.repeat(25)}.${proof}`],
  ['something behind it', (ack, proof) => `${ack}.${proof}.more${'x'.repeat(200)}`],
])('a link that is not ours opens nothing: %s', async ([why, tokenOf]) => {
  const town = await anAlertedTown()
  await town.passes(36 * HOUR_MS)
  const [ack = '', proof = ''] = (await town.token()).split('.')
  const token = tokenOf(ack, proof)
  if (why === 'something behind it') expect(await town.find(`${ack}.${proof}`)).not.toBeNull()
  expect(await town.find(token)).toBeNull()
  expect(await town.acknowledge(token)).toBe(false)
  expect(await town.notes()).toEqual([])
})

test('a level that was told to nobody cannot be acknowledged, even by a link of ours', async () => {
  const town = await anAlertedTown()
  await town.passes(36 * HOUR_MS)
  const digest = (await town.records.marksOf('c:ann')).find(({ how }) => how === 'digest')
  if (!digest) throw new Error('half of the time is for the digest')
  expect(await town.find(await acknowledgementToken(town.signer, digest.ack))).toBeNull()
})

test('a level that was not mailed to somebody yet is told until its clock ends, whoever acknowledged it', async () => {
  const town = await anAlertedTown()
  await town.passes(44 * HOUR_MS)
  const [first, second] = await town.alarms()
  if (!first || !second) throw new Error('two levels were told')
  const all = [first.alert, { about: 'stranger' }, second.alert] as const
  expect(await town.stand(all)).toEqual(['so', 'so', 'so'])
  await town.acknowledge(await acknowledgementToken(town.signer, first.alert.ack))
  expect(await town.stand(all)).toEqual(['so', 'so', 'so'])
  await town.happens('c:ann', ANSWER)
  expect(await town.stand(all)).toEqual(['over', 'so', 'over'])
  await town.round()
  expect(await town.stand(all)).toEqual(['over', 'so', 'over'])
  expect(await town.stand([{ ...second.alert, ack: 'of-a-store-that-is-lost' }])).toEqual(['so'])
})

test('an acknowledgement ends reminders that were not mailed yet, of that level alone', async () => {
  const town = await anAlertedTown()
  await town.passes(73 * HOUR_MS)
  const alarms = (await town.alarms()).map(({ alert }) => alert)
  const [soon] = alarms
  const late = alarms.find(({ level }) => level === '100%')
  const reminder = alarms.find(({ level }) => level === '100%+1d')
  if (!soon || !late || !reminder) throw new Error('all levels were told')
  const onlyWord = { ...reminder, covers: ['100%'] }
  await town.acknowledge(await acknowledgementToken(town.signer, soon.ack))
  expect(await town.stand([late, reminder, onlyWord])).toEqual(['so', 'so', 'so'])
  await town.acknowledge(await acknowledgementToken(town.signer, late.ack))
  expect(await town.stand([late, reminder, onlyWord])).toEqual(['so', 'over', 'so'])
})

test('an alert of a ticket that turned out to be a request’s goes by the request’s clock', async () => {
  const town = await anAlertedTown()
  await town.passes(36 * HOUR_MS)
  const mark = {
    subject: 't:1',
    clock: 'request',
    level: '75%',
    how: 'told',
    cameAt: town.time.now(),
    at: town.time.now(),
    ack: 'early',
    acknowledgedAt: null,
    mailedAt: null,
    mailedTo: [],
  } as const
  await town.db.atomically([town.records.mark(mark)])
  const [alarm] = await town.alarms()
  if (!alarm) throw new Error('a level was told')
  const early = { ...alarm.alert, ack: 'early' }
  expect(await town.stillTrue([early])).toEqual([{ is: 'so', alert: early, subject: 'c:ann' }])
  await town.happens('c:ann', ANSWER)
  await town.round()
  expect(await town.stand([early])).toEqual(['over'])
})

test.for<readonly [string, 'touched' | 'put down']>([
  ['before the sweep', 'touched'],
  ['after the sweep', 'put down'],
])('of a clock that is paused nobody is told before it goes on, %s', async ([, when]) => {
  const town = await anAlertedTown()
  const { promise } = town.world.rules
  const pauses = { states: [], tags: ['wait'] }
  town.world.rules = { ...town.world.rules, promise: { ...promise, pauses } }
  await town.passes(36 * HOUR_MS)
  const alarms = (await town.alarms()).map(({ alert }) => alert)
  expect(await town.stand(alarms)).toEqual(['so'])
  await town.happens('c:ann', tagged('wait'))
  if (when === 'put down') await town.round()
  expect(await town.stand(alarms)).toEqual(['early'])
  town.time.turn(HOUR_MS)
  await town.happens('c:ann', untagged('wait'))
  if (when === 'put down') await town.round()
  expect(await town.stand(alarms)).toEqual(['so'])
})

test.for<readonly [string, number, Standing['is']]>([
  ['and the level has not come by then', 72, 'early'],
  ['and the level comes anew with an alert of its own', 50, 'over'],
  ['and the level had come by then as well', 47, 'so'],
])('a clock that was given other time, %s', async ([, hours, is]) => {
  const town = await anAlertedTown()
  await town.passes(38 * HOUR_MS)
  const [alarm] = await town.alarms()
  if (!alarm) throw new Error('a level was told')
  town.promises(hours * HOUR_MS)
  for (const round of ['touched', 'put down']) {
    if (round === 'touched') await town.happens('c:ann', NOTE)
    else await town.round()
    const [standing] = await town.stillTrue([alarm.alert])
    expect(standing?.is).toBe(is)
    const told = standing?.is === 'so' && 'ticket' in standing.alert ? standing.alert.ticket.dueAt : null
    expect(told).toBe(is === 'so' ? after(NOON, hours * HOUR_MS).toISOString() : null)
  }
})

test('a level that is told for the second time, under a name of its own, stands by its clock as the first', async () => {
  const town = await anAlertedTown()
  await town.passes(36 * HOUR_MS)
  town.promises(72 * HOUR_MS)
  await town.happens('c:ann', NOTE)
  await town.passes(18 * HOUR_MS)
  const alarms = (await town.alarms()).map(({ alert }) => alert)
  expect(await town.marks('c:ann')).toContain('75%@2 told')
  expect(await town.stand(alarms)).toEqual(['over', 'so'])
  const named = alarms.map((alert) => ({ ...alert, level: `${alert.level}@2` }))
  town.promises(96 * HOUR_MS)
  await town.happens('c:ann', NOTE)
  expect(await town.stand([...alarms, ...named])).toEqual(['early', 'early', 'early', 'early'])
})

test('an alert of a ticket that was closed waits for it to be opened again, for three days', async () => {
  const town = await anAlertedTown()
  await town.passes(37 * HOUR_MS)
  const alarms = (await town.alarms()).map(({ alert }) => alert)
  for (const [state, is] of [
    ['closed', 'early'],
    ['open', 'so'],
    ['closed', 'early'],
  ] as const) {
    town.time.turn(MINUTE_MS)
    await town.happens('c:ann', { kind: 'state', state } as typeof NOTE)
    expect(await town.stand(alarms)).toEqual([is])
    await town.round()
    expect(await town.stand(alarms)).toEqual([is])
  }
  town.time.turn(3 * DAY_MS)
  expect(await town.stand(alarms)).toEqual(['over'])
})

test('more time that is taken back leaves the alert to be told as it was', async () => {
  const town = await anAlertedTown()
  await town.passes(37 * HOUR_MS)
  const alarms = (await town.alarms()).map(({ alert }) => alert)
  for (const [hours, is] of [
    [96, 'early'],
    [48, 'so'],
  ] as const) {
    town.promises(hours * HOUR_MS)
    await town.happens('c:ann', NOTE)
    expect(await town.stand(alarms)).toEqual([is])
    await town.round()
    expect(await town.stand(alarms)).toEqual([is])
  }
  expect(await town.stillTrue(alarms)).toMatchObject([{ is: 'so', alert: { ...alarms[0], unseen: true } }])
})

test('what is late says so though it was raised as due soon', async () => {
  const town = await anAlertedTown()
  await town.passes(36 * HOUR_MS)
  const [alarm] = await town.alarms()
  if (!alarm) throw new Error('a level was told')
  town.promises(30 * HOUR_MS)
  await town.happens('c:ann', NOTE)
  expect(await town.stillTrue([alarm.alert])).toEqual([
    expect.objectContaining({ alert: expect.objectContaining({ late: true }) }),
  ])
})

test('an alert that waited tells what is so now: the unit, and that the last word was internal', async () => {
  const town = await anAlertedTown()
  await town.passes(36 * HOUR_MS)
  const [alarm] = await town.alarms()
  if (!alarm) throw new Error('a level was told')
  expect(alarm.alert).toMatchObject({ ticket: { unit: 'first-line' }, unseen: false })
  await town.passes(HOUR_MS)
  await town.happens('c:ann', NOTE, moved('nodes'))
  const [standing] = await town.stillTrueTo('nodes@staff.example', [alarm.alert])
  expect(standing).toMatchObject({ is: 'so', alert: { ticket: { unit: 'nodes' }, unseen: true } })
})

test('where the ticket was moved meanwhile its unit hears of it, and the other one no more', async () => {
  const town = await anAlertedTown()
  await town.passes(36 * HOUR_MS)
  const [alarm] = await town.alarms()
  if (!alarm) throw new Error('a level was told')
  const { alert } = alarm
  const FIRST = 'first@staff.example'
  await town.happens('c:ann', moved('nodes'))
  const [over] = await town.stillTrueTo(FIRST, [alert])
  const occasion = 'moved:' + alert.ack + ':nodes'
  expect(over).toMatchObject({ is: 'over', handedOn: { occasion, to: ['nodes@staff.example'] } })
  await town.happens('c:ann', moved('first-line'))
  const [back] = await town.stillTrueTo(FIRST, [alert])
  expect(back).toMatchObject({ is: 'so', alert: { ticket: { unit: 'first-line' } } })
  expect(back).not.toHaveProperty('handedOn')
})

test('who hears of either unit has a mail already, and nothing is handed on to them', async () => {
  const town = await anAlertedTown()
  await town.passes(44 * HOUR_MS)
  const alarm = (await town.alarms()).at(-1)
  if (!alarm) throw new Error('a level was told')
  await town.happens('c:ann', moved('nodes'))
  const duty = { ...alarm.alert, level: '90%', covers: [] }
  const [standing] = await town.stillTrueTo('duty@staff.example', [duty])
  expect(standing).toMatchObject({ handedOn: { to: ['nodes@staff.example'] } })
})
