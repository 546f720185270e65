import type { HostileRow } from './hostile-posts.ts'
import { ANSWERS, pageToken, sendRaw, submission, type Served } from './served.ts'

const MIB = 1024 * 1024
const API = '/api/v1/submissions'

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)

const head = (path: string, ...lines: readonly string[]): string =>
  [`POST ${path} HTTP/1.1`, 'Host: desk.example', 'Connection: close', ...lines, '', ''].join('\r\n')

const JSON_TYPE = 'Content-Type: application/json'
const text = JSON.stringify(submission())

const chunked = (...chunks: readonly string[]): readonly string[] =>
  chunks.map((chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`)

type Pieces = readonly string[] | ((served: Served) => Promise<readonly string[]>)

const wire = (pieces: Pieces, then?: 'end') => async (served: Served) =>
  statusOf(await sendRaw(served, typeof pieces === 'function' ? await pieces(served) : pieces, then))

/** Leaves in the middle, and waits until the service has noticed. */
const wireCut = (pieces: Pieces) => async (served: Served) => {
  const sent = typeof pieces === 'function' ? await pieces(served) : pieces
  const over = served.nextOver()
  const answer = await sendRaw(served, sent, 'cut')
  await over
  return statusOf(answer)
}

async function formParts(served: Served): Promise<string> {
  const values = Object.entries({ _token: await pageToken(served), ...ANSWERS, consent: 'yes' })
  return values
    .map(([name, value]) => `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`)
    .join('')
}

/** A filled form with a file that is cut off, or goes on. */
const withFile = (rest: (parts: string) => readonly string[]) => async (served: Served) =>
  rest(
    `${await formParts(served)}--B\r\nContent-Disposition: form-data; name="log"; filename="a.txt"\r\n\r\nbeginning`,
  )

const FORM = (...lines: readonly string[]) =>
  head('/forms/upload-trouble', 'Content-Type: multipart/form-data; boundary=B', ...lines)

/** What only a socket can send. */
export const wires: readonly HostileRow[] = [
  [
    'chunks above the limit of JSON',
    wire([
      head(API, JSON_TYPE, 'Transfer-Encoding: chunked'),
      ...chunked('{"form":"', ...Array.from({ length: 40 }, () => 'x'.repeat(64 * 1024)), '"}'),
      '0\r\n\r\n',
    ]),
    413,
  ],
  [
    'a length above the limit, and no byte of it',
    wire([
      head(
        '/forms/upload-trouble',
        'Content-Type: multipart/form-data; boundary=B',
        `Content-Length: ${65 * MIB}`,
      ),
    ]),
    413,
  ],
  [
    'JSON in chunks of one byte',
    wire([head(API, JSON_TYPE, 'Transfer-Encoding: chunked'), ...chunked(...text), '0\r\n\r\n']),
    201,
    'one',
  ],
  [
    'JSON that stops in the middle',
    wire([head(API, JSON_TYPE, `Content-Length: ${text.length}`), text.slice(0, 40)], 'end'),
    400,
  ],
  [
    'JSON whose sender is gone',
    wireCut([head(API, JSON_TYPE, `Content-Length: ${text.length}`), text.slice(0, 40)]),
    0,
  ],
  [
    'a form whose sender is gone in the middle of a file',
    wireCut(withFile((parts) => [FORM(`Content-Length: ${parts.length + 5000}`), parts])),
    0,
  ],
  [
    'a form whose chunks end in the middle of a file',
    wire(withFile((parts) => [FORM('Transfer-Encoding: chunked'), ...chunked(parts), '0\r\n\r\n'])),
    415,
  ],
  [
    'a length that is shorter than the form',
    wire(withFile((parts) => [`${FORM(`Content-Length: ${parts.length}`)}${parts}\r\n--B--\r\n`])),
    400,
  ],
  ['a length that is no number', wire([head(API, JSON_TYPE, 'Content-Length: -1'), text]), 400],
  [
    'two lengths',
    wire([head(API, JSON_TYPE, `Content-Length: ${text.length}`, 'Content-Length: 5'), text]),
    400,
  ],
  [
    'a length and chunks',
    wire([
      head(API, JSON_TYPE, `Content-Length: ${text.length}`, 'Transfer-Encoding: chunked'),
      ...chunked(text),
      '0\r\n\r\n',
    ]),
    400,
  ],
  [
    'a chunk size that is no number',
    wire([head(API, JSON_TYPE, 'Transfer-Encoding: chunked'), 'zz\r\nxx\r\n']),
    400,
  ],
  ['a header of 16 KiB', wire([head(API, JSON_TYPE, `X-Long: ${'x'.repeat(16 * 1024)}`), text]), 431],
  [
    '5 000 headers',
    wire([head(API, JSON_TYPE, ...Array.from({ length: 5000 }, (_, at) => `X-${at}: 1`)), text]),
    431,
  ],
  ['a path of 16 KiB', wire([head(`/forms/${'f'.repeat(16 * 1024)}`, 'Content-Length: 0')]), 431],
  [
    'a header with a NUL',
    wire([head(API, JSON_TYPE, 'X-Nul: a\0b', `Content-Length: ${text.length}`), text]),
    400,
  ],
  ['no Host', wire([`POST ${API} HTTP/1.1\r\n${JSON_TYPE}\r\nContent-Length: 2\r\n\r\n{}`]), 400],
  [
    'a Host that is none',
    wire([
      `POST ${API} HTTP/1.1\r\nHost: a b@c\r\n${JSON_TYPE}\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}`,
    ]),
    400,
  ],
  ['bytes that are no HTTP', wire(['\u0016\u0003\u0001\0\u00a5']), 400],
]
