import { expect, test } from 'vitest'
import { feedbackOn, type Present } from '../../src/routing/feedback.ts'
import { NOON } from '../support/samples.ts'

const CATALOGUE = 3
const FIRST_LINE = 2

const decided = (
  mode: 'assign' | 'suggest',
  groupId: number,
  feedback: 'open' | 'kept' | 'moved' = 'open',
) => ({
  unit: 'catalogue',
  mode,
  feedback,
  placed: { unit: groupId === CATALOGUE ? 'catalogue' : 'first-line', groupId, at: NOON },
})

const now = (groupId: number, over: Partial<Present> = {}): Present => ({
  groupId,
  unit: groupId === CATALOGUE ? 'catalogue' : groupId === FIRST_LINE ? 'first-line' : null,
  closed: false,
  merged: false,
  ...over,
})

test.for([
  ['it is where it was put', decided('assign', CATALOGUE), now(CATALOGUE), 'open'],
  ['it was closed where it was put', decided('assign', CATALOGUE), now(CATALOGUE, { closed: true }), 'kept'],
  ['it was moved', decided('assign', CATALOGUE), now(9), 'moved'],
  ['it was closed elsewhere', decided('assign', CATALOGUE), now(9, { closed: true }), 'moved'],
  ['a closed one was moved later', decided('assign', CATALOGUE, 'kept'), now(9), 'moved'],
  [
    'it was moved and came back',
    decided('assign', CATALOGUE, 'moved'),
    now(CATALOGUE, { closed: true }),
    'moved',
  ],
  ['it was merged away', decided('assign', CATALOGUE), now(9, { merged: true, closed: true }), 'open'],
  ['a suggestion was followed', decided('suggest', FIRST_LINE), now(CATALOGUE), 'kept'],
  ['a suggestion was not followed', decided('suggest', FIRST_LINE), now(9), 'moved'],
  [
    'a suggestion was closed where it lay',
    decided('suggest', FIRST_LINE),
    now(FIRST_LINE, { closed: true }),
    'open',
  ],
  ['a fallback was put right', decided('assign', FIRST_LINE), now(CATALOGUE), 'kept'],
  ['it was never put anywhere', { ...decided('assign', CATALOGUE), placed: null }, now(9), 'open'],
] as const)('staff’s opinion of a decision: %s', ([, routing, present, feedback]) => {
  expect(feedbackOn(routing, present)).toBe(feedback)
})
