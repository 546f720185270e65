import { expect, test } from 'vitest'
import { type Loop, startLoop } from '../../../src/runtime/node/loop.ts'

const FOR_EVER = 2 ** 30

const never = (error: unknown): void => expect.fail(`a round failed: ${String(error)}`)

/** Rounds that end when the test says so. */
function steps() {
  const begun: (() => void)[] = []
  const waiting: (() => void)[] = []
  let count = 0
  return {
    count: () => count,
    round: () =>
      new Promise<void>((end) => {
        count += 1
        begun.push(end)
        waiting.splice(0).forEach((go) => go())
      }),
    /** The end of the round that is under way, or of the next one. */
    async current(): Promise<() => void> {
      while (begun.length === 0) await new Promise<void>((go) => waiting.push(go))
      return begun.shift() ?? (() => undefined)
    },
  }
}

test('the first round is made at once, and the next one only when woken', async () => {
  const { round, current, count } = steps()
  const loop = startLoop(round, async () => FOR_EVER, never)
  ;(await current())()
  loop.wake()
  ;(await current())()
  expect(count()).toBe(2)
  await loop.stop()
})

test('a call during a round makes another round, and many calls make one', async () => {
  const { round, current, count } = steps()
  const loop = startLoop(round, async () => FOR_EVER, never)
  const end = await current()
  for (let calls = 0; calls < 10; calls += 1) loop.wake()
  end()
  const second = await current()
  expect(count()).toBe(2)
  const stopped = loop.stop()
  second()
  await stopped
  expect(count()).toBe(2)
})

test('rounds never overlap', async () => {
  let inside = 0
  let most = 0
  let loop: Loop | null = null
  const done = new Promise<void>((resolve) => {
    let rounds = 0
    loop = startLoop(
      async () => {
        inside += 1
        most = Math.max(most, inside)
        loop?.wake()
        await Promise.resolve()
        inside -= 1
        rounds += 1
        if (rounds === 50) resolve()
      },
      async () => 0,
      never,
    )
  })
  await done
  expect(most).toBe(1)
  const running = loop as Loop | null
  await running?.stop()
})

test('stopping waits for the round under way, and makes no other', async () => {
  const { round, current, count } = steps()
  const loop = startLoop(round, async () => 0, never)
  const end = await current()
  let over = false
  const stopped = loop.stop().then(() => void (over = true))
  await Promise.resolve()
  expect(over).toBe(false)
  end()
  await stopped
  expect(count()).toBe(1)
})

test.for(['a round', 'its pause'])('after %s that fails it is told, and rounds go on', async (what) => {
  const trouble = new Error('the store is away')
  const told: unknown[] = []
  const { round, current } = steps()
  const loop = startLoop(
    async () => {
      await round()
      if (what === 'a round') throw trouble
    },
    async () => {
      if (what === 'its pause') throw trouble
      return FOR_EVER
    },
    (error) => {
      told.push(error)
      loop.wake()
    },
  )
  ;(await current())()
  ;(await current())()
  await loop.stop()
  expect(told[0]).toBe(trouble)
})
