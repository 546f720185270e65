import { post, type HostileRow } from './hostile-posts.ts'
import { asJson, filledForm, submission, type Served } from './served.ts'

const API = '/api/v1/submissions'
const MIB = 1024 * 1024

/** The JSON body as it is given, or as it is written. */
const json = (value: unknown, headers?: Readonly<Record<string, string>>) => (served: Served) =>
  post(served, API, asJson(value, headers))
const jsonText =
  (text: string | Uint8Array<ArrayBuffer>, type = 'application/json') =>
  (served: Served) =>
    post(served, API, { headers: { 'Content-Type': type }, body: text })

const attached = (file: object, count = 1): object =>
  submission({
    files: Array.from({ length: count }, () => ({
      field: 'log',
      name: 'a.txt',
      type: 'text/plain',
      base64: 'eA==',
      ...file,
    })),
  })

const KEY = { 'Idempotency-Key': 'key-1' }
const again = (second: object) => async (served: Served) => {
  await post(served, API, asJson(submission(), KEY))
  return post(served, API, asJson(second, KEY))
}

function fileFirst(): FormData {
  const form = new FormData()
  form.append('log', new Blob(['x']), 'a.txt')
  form.append('form', 'upload-trouble')
  for (const [name, value] of filledForm(null)) form.append(name, value)
  return form
}

export const programs: readonly HostileRow[] = [
  ['a body of no type', (served) => post(served, API, { body: new Uint8Array([123, 125]) }), 415],
  ['XML', jsonText('<a/>', 'application/xml'), 415],
  ['JSON in UTF-16', jsonText('{}', 'application/json; charset=utf-16'), 415],
  ['urlencoded text', jsonText('form=upload-trouble', 'application/x-www-form-urlencoded'), 415],
  ['JSON that ends too early', jsonText('{"form":"upload-trouble"'), 400],
  ['JSON with bytes that are no UTF-8', jsonText(Uint8Array.from([0x22, 0xff, 0xfe, 0x22])), 400],
  ['no JSON at all', jsonText(''), 400],
  ['JSON null', json(null), 422],
  ['a list', json([submission()]), 422],
  ['a list 100 000 deep', jsonText('['.repeat(100_000) + ']'.repeat(100_000)), 422],
  ['a key that is not known', json(submission({ admin: true })), 422],
  ['answers in a list', json(submission({ answers: [] })), 422],
  ['a number for an answer', json(submission({}, { name: 7 })), 422],
  ['an object for an answer', json(submission({}, { name: { first: 'Ann' } })), 422],
  ['false for the policy box', json(submission({}, { consent: false })), 422],
  ['a list for a text', json(submission({}, { name: ['Ann', 'Lee'] })), 422],
  [
    'a prototype among the answers',
    jsonText('{"form":"question","answers":{"__proto__":{"name":"x"}}}'),
    422,
  ],
  [
    '100 000 answers',
    jsonText(
      `{"form":"question","answers":{${Array.from({ length: 100_000 }, (_, at) => `"a${at}":""`).join()}}}`,
    ),
    413,
  ],
  ['JSON for a form that is not there', json(submission({ form: 'nothing' })), 422],
  ['a language that the site does not speak', json(submission({ language: 'fr' })), 422],
  ['a time zone that is none', json(submission({ time_zone: 'Europe/Atlantis' })), 422],
  ['a time zone with a NUL', json(submission({ time_zone: 'Europe/Madrid\0' })), 422],
  ['JSON above the limit', json(submission({ challenge: 'c'.repeat(2 * MIB) })), 413],
  [
    'files above 1 MB in JSON',
    json(attached({ base64: Buffer.alloc(1.1 * MIB, 'x').toString('base64') })),
    413,
  ],
  ['a file that is not in base64', json(attached({ base64: 'not base64!' })), 422],
  ['a file with half a byte', json(attached({ base64: 'eA=' })), 422],
  ['six files in JSON', json(attached({}, 6)), 422],
  ['a file in a field called constructor', json(attached({ field: 'constructor' })), 422],
  ['half a character in a name', json(submission({}, { name: 'Ann \ud800 Lee' })), 201, 'one'],
  ['half a character in a file name', json(attached({ name: 'a\udc00.txt' })), 201, 'one'],
  ['an empty Idempotency-Key', json(submission(), { 'Idempotency-Key': '' }), 422],
  ['an Idempotency-Key with a blank', json(submission(), { 'Idempotency-Key': 'a b' }), 422],
  ['an Idempotency-Key of 256 characters', json(submission(), { 'Idempotency-Key': 'k'.repeat(256) }), 422],
  ['the same key and content', again(submission()), 200, 'one'],
  ['the same key, another text', again(submission({}, { what: 'Something else' })), 409, 'one'],
  ['the same key, another language', again(submission({ language: 'es' })), 409, 'one'],
  [
    'the same key, another form',
    again({ form: 'question', answers: { name: 'A', email: 'a@example.org', what: 'x', consent: true } }),
    409,
    'one',
  ],
  ['a file before the form is named', (served) => post(served, API, { body: fileFirst() }), 422],
  [
    'multipart without an end',
    jsonText('--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1', 'multipart/form-data; boundary=B'),
    400,
  ],
  ['a program in a page of another site', json(submission(), { Origin: 'https://evil.example' }), 403],
]
