import { expect } from 'vitest'
import { liveOneDay, POLL_MS, UNDO_MS } from './answers-day.ts'
import type { Size } from './answers-plan.ts'
import * as verdict from './answers-verdict.ts'

export const SHORT: Size = { conversations: 10, answers: 30, replies: 12, talkMinutes: 24, faultShare: 0.15 }
export const FULL: Size = {
  conversations: 200,
  answers: 1000,
  replies: 300,
  talkMinutes: 180,
  faultShare: 0.05,
}

/** With it, also in the short length, a visitor's first word is carried out late while a second one waits. */
const SEED = 2

/** Lives through a day and asserts all that it has to show; resolves to what two such days are compared by. */
export async function answersReachEverybody(
  size: Size,
  hooks: 'shuffled' | 'dropped',
  tell?: (measured: object) => void,
) {
  const day = await liveOneDay(size, hooks, SEED)
  expect(day.writeFaults).toBeGreaterThan(0)
  expect(verdict.mailFaults(day)).toEqual([])
  expect(verdict.replyFaults(day)).toEqual([])
  expect(verdict.doubledArticles(day)).toEqual([])
  expect(await verdict.pageFaults(day)).toEqual([])
  expect(await day.house.unfinished()).toEqual([])
  expect(verdict.errorsIn(day)).toEqual([])
  expect(verdict.recoveryMs(day)).toBeLessThanOrEqual(POLL_MS + UNDO_MS)
  expect(verdict.longestMs(day)).toBeLessThanOrEqual(POLL_MS + UNDO_MS)
  const seen = verdict.seenInTruth(day)
  expect(await verdict.seenByMetrics(day)).toEqual(seen)
  tell?.({
    hooks,
    looks: day.looks.length,
    hooksTaken: day.house.hooks.length,
    writeFaults: day.writeFaults,
    recoveryMs: verdict.recoveryMs(day),
    longestMs: verdict.longestMs(day),
    ...seen,
  })
  return { seen, overtaken: verdict.overtakenWords(day), end: await verdict.endOf(day) }
}
