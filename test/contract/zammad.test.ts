import { expect, test } from 'vitest'
import { replayAll, type Outcome } from '../fixtures/zammad/replay.ts'

/** What was recorded and is not asked of the sandbox, with the reason. */
const EXCEPTIONS: readonly { readonly entry: RegExp; readonly reason: string }[] = [
  { entry: /^08 /, reason: 'mails that come in by SMTP: a sandbox has no mailbox that fetches them' },
  {
    entry: /^06 #\d+ receiver slower than 30 s/,
    reason: 'how long a receiver may take is a matter of whoever delivers for the sandbox',
  },
]

const isExcepted = (name: string): boolean => EXCEPTIONS.some(({ entry }) => entry.test(name))

const outcomes: Record<string, Outcome[]> = {
  '6.2': await replayAll('6.2', isExcepted),
  '6.6': await replayAll('6.6', isExcepted),
}

const replayed = Object.entries(outcomes).flatMap(([version, list]) =>
  list.flatMap(({ name, differences }) => (differences === null ? [] : [{ version, name, differences }])),
)

test.for(replayed)('the sandbox answers like Zammad $version: $name', ({ differences }) => {
  expect(differences).toEqual([])
})

test.for(EXCEPTIONS)('what is not replayed was recorded: $reason', ({ entry }) => {
  const untried = Object.values(outcomes)
    .flat()
    .filter(({ differences }) => differences === null)
  expect(untried.some(({ name }) => entry.test(name))).toBe(true)
})
