import { expect, test } from 'vitest'
import { createLog, LOG_LEVELS } from '../src/log.ts'

function logged(fields: object, event = 'submission.accepted'): Record<string, unknown> {
  const lines: string[] = []
  // What a careless caller hands in, whatever the types say.
  createLog('debug', (line) => lines.push(line)).info(event, fields)
  return JSON.parse(lines.join('')) as Record<string, unknown>
}

test('a line holds the fields that are allowed, and nothing else that somebody put in', () => {
  const line = logged({
    form: 'upload-trouble',
    ticket: 7,
    email: 'ann.lee@example.org',
    name: 'Ann Lee',
    answers: { what: 'It stops' },
    token: 'secret-link',
  })
  expect(line).toMatchObject({ event: 'submission.accepted', form: 'upload-trouble', ticket: 7 })
  expect(JSON.stringify(line)).not.toMatch(/ann|Lee|stops|secret-link/)
})

test.for([
  ['an object in a text', { form: { email: 'ann.lee@example.org' } }],
  ['a text in a number', { ticket: 'ann.lee@example.org' }],
  ['a list', { job: ['ann.lee@example.org'] }],
  ['an error of another making', { error: { message: 'ann.lee@example.org' } }],
] as const)('a field of the wrong type is left out: %s', ([, fields]) => {
  expect(JSON.stringify(logged(fields))).not.toContain('ann.lee')
})

test('of an error its name and its places are kept, not its words nor its cause', () => {
  const error = new TypeError('no such ann.lee@example.org\n    second line of ann.lee', {
    cause: new Error('caused by ann.lee'),
  })
  const line = logged({ error })
  expect(line).toMatchObject({ error: 'TypeError' })
  expect(String(line['stack'])).toContain('log.test.ts')
  expect(JSON.stringify(line)).not.toContain('ann.lee')
})

test('one event is one line, whatever it holds', () => {
  const lines: string[] = []
  createLog('info', (line) => lines.push(line)).warn('job.failed', { detail: 'a\nb\r\nc' })
  expect(lines).toHaveLength(1)
  expect(lines[0]?.trimEnd().split('\n')).toHaveLength(1)
})

test.for(LOG_LEVELS)('at level %s nothing below it is written', (level) => {
  const lines: string[] = []
  const log = createLog(level, (line) => lines.push(line))
  for (const method of ['debug', 'info', 'warn', 'error'] as const) log[method]('x')
  expect(lines).toHaveLength(['debug', 'info', 'warn', 'error', 'silent'].toReversed().indexOf(level))
})

test('a line of a message that looks like a place is not kept', () => {
  const quoting = new Error('refused\n    at ann.lee@example.org\n    at the door (ann.lee:1:1)')
  const changed = new Error('at first')
  changed.message = 'later\n    at ann.lee'
  changed.stack = `Error: other words\n    at ann.lee\n${changed.stack}`
  for (const error of [quoting, changed]) expect(JSON.stringify(logged({ error }))).not.toContain('ann.lee')
  expect(String(logged({ error: quoting })['stack'])).toContain('log.test.ts')
})
