import { expect, test } from 'vitest'
import { after, MINUTE_MS } from '../../src/clock.ts'
import { NOON } from '../support/samples.ts'
import { type Day, liveOneDay, POLL_MS, UNDO_MS } from './answers-day.ts'
import { HOURS, type Size, STEP_MS } from './answers-plan.ts'
import * as verdict from './answers-verdict.ts'

const SHORT: Size = { conversations: 40, answers: 160, replies: 60 }
const size = SHORT

test('x', { timeout: 600_000 }, async () => {
  const t0 = performance.now()
  const day = await liveOneDay(size, 'shuffled', 1)
  const t1 = performance.now()
  const [from, to] = HOURS.down
  const down = [after(NOON, from * MINUTE_MS), after(NOON, to * MINUTE_MS)] as const
  console.log({
    ms: t1 - t0, looks: day.looks.length, hooks: day.house.hooks.length, faults: day.writeFaults,
    mail: verdict.mailFaults(day).slice(0, 10), reply: verdict.replyFaults(day).slice(0,10), page: (await verdict.pageFaults(day)).slice(0,10),
    unfinished: await day.house.unfinished(),
    rec: verdict.recoveryMs(day), longest: verdict.longestMs(day, down),
    truth: verdict.seenInTruth(day), metrics: await verdict.seenByMetrics(day),
    logs: day.house.log.filter((l) => !/"level":(30|"info")/.test(l)).slice(0, 8),
  })
  const end = await verdict.endOf(day)
  console.log(end[0], end[1], end[2])
})
