import { expect, test } from 'vitest'
import { answersReachEverybody, FULL, SHORT } from './answers.ts'

// The whole length takes minutes: `npm run simulate:answers`.
const isFull = process.env['ANSWERS'] === 'full'
const size = isFull ? FULL : SHORT
const tell = isFull ? (measured: object): void => console.info(measured) : undefined

test(
  `of ${size.answers} answers each is mailed once and in order, whatever becomes of hooks, writes and the service`,
  { timeout: 1_800_000 },
  async () => {
    const shuffled = await answersReachEverybody(size, 'shuffled', tell)
    const dropped = await answersReachEverybody(size, 'dropped', tell)
    expect(dropped.end).toEqual(shuffled.end)
    expect([...shuffled.overtaken, ...dropped.overtaken]).not.toEqual([])
    expect(shuffled.seen.hook.count).toBeGreaterThan(0)
    expect(shuffled.seen.poll.count).toBeGreaterThan(0)
    expect(dropped.seen.hook.count).toBe(0)
    expect(dropped.seen.poll.lagSumMs).toBeGreaterThan(
      shuffled.seen.hook.lagSumMs + shuffled.seen.poll.lagSumMs,
    )
  },
)
