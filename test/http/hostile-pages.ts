import { DAY_MS, HOUR_MS } from '../../src/clock.ts'
import { ANSWERS, filledForm, pageToken, type Answered, type Served, type SentFile } from './served.ts'
import { post, type HostileRow } from './hostile-posts.ts'

const PAGE = '/forms/upload-trouble'
const MIB = 1024 * 1024

/** A body of any type, sent to the page. */
const body = (type: string, text: string | Uint8Array<ArrayBuffer>) => (served: Served) =>
  post(served, PAGE, { headers: { 'Content-Type': type }, body: text })

/** The filled form with something changed. */
const filled =
  (change: Answered, ...files: readonly SentFile[]) =>
  async (served: Served) =>
    post(served, PAGE, { body: filledForm(await pageToken(served), change, files) })

const withHeaders = (headers: Readonly<Record<string, string>>) => async (served: Served) =>
  post(served, PAGE, { headers, body: filledForm(await pageToken(served)) })

/** The filled form with another token. */
const withToken = (make: (token: string, served: Served) => string | null | Promise<string>) => {
  return async (served: Served) =>
    post(served, PAGE, { body: filledForm(await make(await pageToken(served), served)) })
}

const pairs = (count: number): string => Array.from({ length: count }, (_, at) => `f${at}=1`).join('&')

const parts = (...list: readonly (readonly [disposition: string, content: string])[]): string =>
  list
    .map(
      ([disposition, content]) =>
        `--B\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`,
    )
    .join('') + '--B--\r\n'

const MULTIPART = 'multipart/form-data; boundary=B'

/** The parts of a filled form, as text on the wire. */
const filledParts = async (served: Served, change: Answered = {}) =>
  Object.entries({ _token: await pageToken(served), ...ANSWERS, consent: 'yes', ...change }).map(
    ([name, value]) => [`name="${name}"`, value] as const,
  )

const twice =
  (second: (token: string) => FormData, waitMs = 0) =>
  async (served: Served) => {
    const token = await pageToken(served)
    await post(served, PAGE, { body: filledForm(token, {}, [{ name: 'a.txt', bytes: 'first' }]) })
    served.turn(waitMs)
    return post(served, PAGE, { body: second(token) })
  }

export const pages: readonly HostileRow[] = [
  ['no body and no type', (served) => post(served, PAGE, {}), 415],
  ['a body of plain text', body('text/plain', 'name=Ann'), 415],
  ['JSON sent to a page', body('application/json', '{}'), 415],
  ['multipart without a boundary', body('multipart/form-data', parts()), 415],
  ['a boundary of 71 characters', body(`multipart/form-data; boundary=${'b'.repeat(71)}`, '--b--'), 415],
  [
    'multipart that never ends',
    body(MULTIPART, '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n1'),
    415,
  ],
  ['bytes that are no multipart', body(MULTIPART, new Uint8Array(4096).fill(0)), 415],
  ['a part without a name', body(MULTIPART, parts(['filename="a.txt"', 'x'])), 415],
  ['urlencoded with a broken escape', body('application/x-www-form-urlencoded', 'name=%zz'), 415],
  ['urlencoded bytes that are no UTF-8', body('application/x-www-form-urlencoded', 'name=%ff%fe'), 415],
  ['urlencoded in Latin-1', body('application/x-www-form-urlencoded; charset=iso-8859-1', 'name=a'), 415],
  ['urlencoded text of 3 MB', body('application/x-www-form-urlencoded', `what=${'x'.repeat(3 * MIB)}`), 413],
  ['100 000 urlencoded fields', body('application/x-www-form-urlencoded', pairs(100_000)), 413],
  [
    '100 000 fields in parts',
    body(MULTIPART, parts(...Array.from({ length: 100_000 }, (_, at) => [`name="f${at}"`, ''] as const))),
    413,
  ],
  [
    'one field 500 times',
    body(MULTIPART, parts(...Array.from({ length: 500 }, () => ['name="what_arrived"', 'images'] as const))),
    413,
  ],
  ['a form that is not there', (served) => post(served, '/forms/nothing', { body: filledForm(null) }), 404],
  [
    'a path that climbs out of the forms',
    (served) => post(served, '/forms/..%2f..%2fetc%2fpasswd', { body: filledForm(null) }),
    404,
  ],
  ['a path with a broken escape', (served) => post(served, '/forms/%E0%A4', { body: filledForm(null) }), 404],
]

export const tokens: readonly HostileRow[] = [
  ['no token', withToken(() => null), 422],
  ['an empty token', withToken(() => ''), 422],
  ['a token of 60 000 characters', withToken(() => 'a'.repeat(60_000)), 422],
  ['a token with another signature', withToken((token) => token.replace(/.{4}$/, 'zzzz')), 422],
  ['a token with a later date', withToken((token) => token.replace(/^[^.]+/, 'zzzzzzzz')), 422],
  ["another form's token", withToken((_, served) => pageToken(served, 'question')), 422],
  [
    'a token of yesterday that nobody used',
    withToken((token, served) => {
      served.turn(24 * HOUR_MS + 1)
      return token
    }),
    422,
  ],
  [
    'two tokens, the first of them forged',
    async (served) => {
      const form = filledForm('forged')
      form.append('_token', await pageToken(served))
      return post(served, PAGE, { body: form })
    },
    422,
  ],
  [
    'a file before the token',
    async (served) => {
      const form = new FormData()
      form.append('log', new Blob(['early']), 'a.txt')
      for (const [name, value] of filledForm(await pageToken(served))) form.append(name, value)
      return post(served, PAGE, { body: form })
    },
    422,
  ],
  ['the trap filled in', filled({ _email2: 'bot@example.org' }), 422],
  [
    'the same request again',
    twice((token) => filledForm(token, {}, [{ name: 'a.txt', bytes: 'first' }])),
    303,
    'one',
  ],
  [
    'the same request after 29 days',
    twice((token) => filledForm(token, {}, [{ name: 'a.txt', bytes: 'first' }]), 29 * DAY_MS),
    303,
    'one',
  ],
  [
    'another text under a used token',
    twice((token) => filledForm(token, { what: 'Something else' })),
    409,
    'one',
  ],
  [
    'another file under a used token',
    twice((token) => filledForm(token, {}, [{ name: 'a.txt', bytes: 'second' }])),
    409,
    'one',
  ],
]

export const answers: readonly HostileRow[] = [
  ['no name', filled({ name: undefined }), 422],
  ['a name of blanks', filled({ name: '  \t ' }), 422],
  ['a name that nobody sees', filled({ name: '\u202e\u200b\u2066' }), 422],
  ['a name of 201 characters', filled({ name: 'n'.repeat(201) }), 422],
  ['a text of 8 001 characters', filled({ what: 'w'.repeat(8001) }), 422],
  ['a text above 64 KiB', filled({ what: 'w'.repeat(65_537) }), 422],
  ['an address without a domain', filled({ email: 'ann' }), 422],
  ['two addresses', filled({ email: 'a@example.org,b@example.org' }), 422],
  ['an address with a header in it', filled({ email: 'a@example.org\r\nBcc: b@example.org' }), 422],
  ['an address with a name around it', filled({ email: 'Ann <a@example.org>' }), 422],
  ['a choice that is not offered', filled({ node: 'elsewhere' }), 422],
  ['one choice made twice', filled({ node: ['upv', 'unknown'] }), 422],
  ['a box that is not offered', filled({ what_arrived: ['images', 'money'] }), 422],
  ['a day that no month has', filled({ day: '2026-02-30' }), 422],
  ['an address that runs script', filled({ project: 'javascript:alert(1)' }), 422],
  ['an address with a password', filled({ project: 'https://a:b@example.org/' }), 422],
  ['a policy box that says no', filled({ consent: 'no' }), 422],
  ['a field that the form does not have', filled({ admin: 'true' }), 422],
  ['a field called constructor', filled({ constructor: 'x' }), 422],
  ['text in a field for files', filled({ log: 'not a file' }), 422],
  ['a name with NUL and CRLF', filled({ name: 'Ann\0\r\nLee' }), 303, 'one'],
  ['a name that turns the line around', filled({ name: '\u202eeeL nnA\u202c' }), 303, 'one'],
  ['a text full of controls', filled({ what: '\u001b[2J\u0007It stops\u0085now\u2028' }), 303, 'one'],
  [
    'a name in bytes that are no UTF-8',
    async (served) => {
      const wire = parts(...(await filledParts(served, { name: 'Ann' })))
      const bytes = Uint8Array.from(
        Buffer.from(wire.replace('\r\n\r\nAnn\r\n', '\r\n\r\nA\u00ff\u00fen\r\n'), 'latin1'),
      )
      return body(MULTIPART, bytes)(served)
    },
    303,
    'one',
  ],
  [
    'a field called __proto__',
    async (served) =>
      body(MULTIPART, parts(...(await filledParts(served)), ['name="__proto__"', 'x']))(served),
    303,
    'one',
  ],
]

const DICOM = Uint8Array.from([...new Uint8Array(128), ...Buffer.from('DICM')])
const PROGRAM = Uint8Array.from([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0])

export const files: readonly HostileRow[] = [
  [
    'six files',
    filled({}, ...Array.from({ length: 6 }, (_, at) => ({ name: `${at}.txt`, bytes: 'x' }))),
    413,
  ],
  ['a file of 26 MB', filled({}, { name: 'a.txt', bytes: 'x'.repeat(26 * MIB) }), 413],
  [
    'files of 26 MB together',
    filled({}, ...[1, 2].map((at) => ({ name: `${at}.txt`, bytes: 'x'.repeat(13 * MIB) }))),
    413,
  ],
  ['an image of a patient', filled({}, { name: 'a.txt', bytes: DICOM }), 422],
  ['a program called a picture', filled({}, { name: 'a.png', bytes: PROGRAM }), 422],
  ['a kind of file that is not asked for', filled({}, { name: 'a.svg', bytes: '<svg/>' }), 422],
  ['a file without a byte', filled({}, { name: 'a.txt', bytes: '' }), 422],
  [
    'a good file beside a bad one',
    filled({}, { name: 'a.txt', bytes: 'x' }, { name: 'b.exe', bytes: PROGRAM }),
    422,
  ],
  ['a file in a field for text', filled({}, { field: 'name', name: 'a.txt', bytes: 'x' }), 422],
  ['a file in a field that is not there', filled({}, { field: 'more', name: 'a.txt', bytes: 'x' }), 422],
  ['a file in a field called __proto__', filled({}, { field: '__proto__', name: 'a.txt', bytes: 'x' }), 422],
  ['a file name that climbs out', filled({}, { name: '../../etc/cron.d/a.txt', bytes: 'x' }), 303, 'one'],
  [
    'a file name of 5 000 characters',
    filled({}, { name: `${'n'.repeat(5000)}.txt`, bytes: 'x' }),
    303,
    'one',
  ],
  [
    'a file name with a header in it',
    filled({}, { name: 'a"\r\nX-Evil: 1\r\n.txt', bytes: 'x' }),
    303,
    'one',
  ],
  ['a file name that hides its ending', filled({}, { name: 'a\u202etxt.exe', bytes: 'x' }), 422],
]

export const origins: readonly HostileRow[] = [
  ['a form on another site', withHeaders({ Origin: 'https://evil.example' }), 403],
  ['a browser that says cross-site', withHeaders({ 'Sec-Fetch-Site': 'cross-site' }), 403],
  [
    'our origin, but cross-site',
    async (served) => withHeaders({ Origin: served.url, 'Sec-Fetch-Site': 'cross-site' })(served),
    403,
  ],
  ['a neighbour who hides the origin', withHeaders({ Origin: 'null', 'Sec-Fetch-Site': 'same-site' }), 403],
  ['an origin that is no address', withHeaders({ Origin: 'evil' }), 403],
]
