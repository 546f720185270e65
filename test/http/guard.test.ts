import { expect, test } from 'vitest'
import type { Arriving } from '../../src/http/deps.ts'
import { asJson, filledForm, pageToken, serveForTest, submission } from './served.ts'

const FORM = '/forms/upload-trouble'
const API = '/api/v1/submissions'
const files = [{ name: 'a.txt', bytes: 'hello' }]

/** A guard that lets so many pass, and remembers whom it was asked about. */
function lettingPass(most: number) {
  const asked: Arriving[] = []
  const guard = async (arriving: Arriving) => (asked.push(arriving) > most ? 'too-many' : 'pass')
  return { asked, guard }
}

test.for([
  ['without files', []],
  ['with a file', files],
] as const)(
  'a form %s that the guard refuses comes back with its text, and nothing is kept',
  async ([, sent]) => {
    const { guard, asked } = lettingPass(0)
    const served = await serveForTest({ guard })
    const token = await pageToken(served)
    const answer = await served.ask(FORM, { method: 'POST', body: filledForm(token, {}, sent) })
    const page = await answer.text()
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '30'])
    expect(page).toContain('Wait a little, then send again')
    expect(page).toContain('It stops at 63 %')
    expect(page).toContain(token)
    expect(asked).toEqual([{ form: 'upload-trouble', address: 'ann.lee@example.org' }])
    expect(await served.kept()).toMatchObject({ submissions: [], attachments: [], files: [] })
  },
)

test('a repeat of a request that was taken passes a guard that refuses', async () => {
  const { guard, asked } = lettingPass(1)
  const served = await serveForTest({ guard })
  const token = await pageToken(served)
  const send = () => served.ask(FORM, { method: 'POST', body: filledForm(token, {}, files) })
  expect([(await send()).status, (await send()).status]).toEqual([303, 303])
  expect(asked).toHaveLength(1)
})

function parts(): FormData {
  const form = new FormData()
  form.append('form', 'upload-trouble')
  for (const [name, value] of filledForm(null, {}, files)) form.append(name, value)
  return form
}

test.for([
  ['JSON', () => asJson(submission())],
  ['multipart', () => ({ method: 'POST', body: parts() })],
] as const)(
  'a program whose %s the guard refuses is told to wait, and nothing is kept',
  async ([, request]) => {
    const { guard, asked } = lettingPass(0)
    const served = await serveForTest({ guard })
    const answer = await served.ask(API, request())
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '30'])
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(asked).toEqual([{ form: 'upload-trouble', address: 'ann.lee@example.org' }])
    expect(await served.kept()).toMatchObject({ submissions: [], files: [] })
  },
)
