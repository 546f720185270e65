import { expect, test } from 'vitest'
import { type Served, serveForTest } from './served.ts'

const TOKEN = 'ops-token-of-twenty-characters'
/** What a browser says of a click on another site's page. */
const FROM_A_LINK = {
  'Sec-Fetch-Site': 'cross-site',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Dest': 'document',
}

type Sent = Readonly<Record<string, string>>

const serveAt = (base = ''): Promise<Served> =>
  serveForTest({ settings: { OPS_TOKEN: TOKEN, PUBLIC_URL: `https://desk.example${base}` } })

const attribute = (page: string, name: string, tag: string): string =>
  (new RegExp(`<${tag}[^>]* ${name}="([^"]*)"`).exec(page)?.[1] ?? '').replaceAll('&amp;', '&')

/** Where the sign-in form of an address leads with this token, as a browser sends it. */
async function signInAt(served: Served, address: string, token = TOKEN): Promise<Response> {
  const page = await (await served.ask(address)).text()
  const action = attribute(page.slice(page.indexOf('<main')), 'action', 'form')
  return served.ask(action, { method: 'POST', body: new URLSearchParams({ token }) })
}

const REACHED = [
  ['the report of a month', '/ops/report?month=2026-10', '/ops/report?month=2026-10'],
  [
    'the report of a week',
    '/ops/report?from=2026-10-05&to=2026-10-11',
    '/ops/report?from=2026-10-05&to=2026-10-11',
  ],
  ['the report as a file', '/ops/report?month=2026-10&format=csv', '/ops/report?month=2026-10&format=csv'],
  ['the present report', '/ops/report', '/ops/report'],
  ['the report with a slash behind', '/ops/report/?month=2026-10', '/ops/report?month=2026-10'],
  ['the board', '/ops', '/ops'],
  ['a search on the board', '/ops?q=78011', '/ops?q=78011'],
  [
    'the board as it was filtered',
    '/ops?unit=technical&only=late&sort=number&refresh=60',
    '/ops?unit=technical&only=late&sort=number&refresh=60',
  ],
] as const

test.for(['', '/help'].flatMap((base) => REACHED.map(([what, asked, led]) => ({ base, what, asked, led }))))(
  'who asked for $what below "$base" is there after the sign-in',
  async ({ base, asked, led }) => {
    const served = await serveAt(base)
    const answer = await signInAt(served, base + asked)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, base + led])
    const Cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
    const reached = await served.ask(base + led, { headers: { Cookie } })
    expect(reached.status).toBe(200)
    expect(await reached.text()).not.toContain('Open the board')
  },
)

test('a wrong token loses nothing of what was asked for', async () => {
  const served = await serveAt('/help')
  const refused = await signInAt(served, '/help/ops/report?month=2026-10', 'no such token here')
  expect([refused.status, refused.headers.get('set-cookie')]).toEqual([401, null])
  const page = await refused.text()
  expect(attribute(page, 'action', 'form')).toBe('/help/ops/report?month=2026-10')
})

test('a month that is none is told after the sign-in, as it is with a session', async () => {
  const answer = await signInAt(await serveAt(), '/ops/report?month=Octember')
  expect(answer.headers.get('location')).toBe('/ops/report?month=Octember')
})

const NINES = '9'.repeat(4000)
const HOSTILE = [
  ['another site’s address', 'https://evil.example/'],
  ['a scheme that runs', 'javascript:alert(1)'],
  ['a host without a scheme', '//evil.example/ops'],
  ['backslashes', '\\\\evil.example\\ops'],
  ['a way up', '/../../evil'],
  ['line ends', 'x\r\nSet-Cookie: firstline_ops=x\r\nLocation: //evil.example'],
  ['a null', 'a\u0000b'],
  ['a tag', '"><script>alert(1)</script>'],
  ['a text without end', NINES],
] as const

const NAMES = ['month', 'from', 'format', 'q', 'unit', 'next', 'return', 'via', 'path', 'search'] as const

test.for(HOSTILE)('%s in any parameter leads no further than to our own page', async ([, text]) => {
  const served = await serveAt('/help')
  for (const path of ['/help/ops', '/help/ops/report']) {
    for (const name of NAMES) {
      const asked = `${path}?${new URLSearchParams({ [name]: text }).toString()}`
      const answer = await signInAt(served, asked)
      const location = answer.headers.get('location') ?? ''
      const led = new URL(location, 'https://desk.example/help/ops')
      expect([answer.status, led.origin, led.pathname]).toEqual([303, 'https://desk.example', path])
      expect(location).toMatch(/^\/help\/ops(?:\/report)?(?:\?[\w%.*+=&-]*)?$/)
      expect(location.length).toBeLessThan(700)
      expect(answer.headers.getSetCookie()).toHaveLength(1)
    }
  }
})

test.for(['//evil.example/help/ops', '/help//evil.example', '/help/ops/report//evil.example', '/ops'])(
  'nobody signs in at %s',
  async (path) => {
    const served = await serveAt('/help')
    const body = new URLSearchParams({ token: TOKEN })
    // Node's client would resolve the address itself.
    const answer = await served.service.app.request(
      new Request(`https://desk.example${path}`, { method: 'POST', body }),
    )
    expect([answer.status, answer.headers.get('location')]).toEqual([404, null])
  },
)

test('the report’s sign-in is not there where no OPS_TOKEN is set, nor for a page of another site', async () => {
  const body = new URLSearchParams({ token: TOKEN })
  const bare = await serveForTest()
  expect((await bare.ask('/ops/report', { method: 'POST', body })).status).toBe(404)
  const served = await serveAt()
  const headers = { Origin: 'https://evil.example' }
  const answer = await served.ask('/ops/report', { method: 'POST', headers, body })
  expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null])
})

test('a session that the report opened opens the board as well, and is kept as safely', async () => {
  const answer = await signInAt(await serveAt('/help'), '/help/ops/report?month=2026-10')
  expect(answer.headers.get('set-cookie')).toMatch(
    /; Max-Age=28800; Path=\/help\/ops; HttpOnly; Secure; SameSite=Strict$/,
  )
})

const LINKED = [
  ['/ops', '/ops?via=link'],
  ['/ops?q=78011', '/ops?q=78011&via=link'],
  ['/ops/report', '/ops/report?via=link'],
  ['/ops/report?month=2026-10', '/ops/report?month=2026-10&via=link'],
  ['/ops/report?month=%2F%2Fevil.example%0D%0A', '/ops/report?month=%2F%2Fevil.example%0D%0A&via=link'],
] as const

test.for(LINKED)(
  'who comes to %s by a link on another site is sent on once, to the same page',
  async ([asked, onward]) => {
    const served = await serveAt('/help')
    const first = await served.ask(`/help${asked}`, { headers: FROM_A_LINK })
    expect([first.status, first.headers.get('refresh')]).toEqual([200, `0; url=/help${onward}`])
    const page = await first.text()
    expect(attribute(page.slice(page.indexOf('<main')), 'href', 'a')).toBe(`/help${onward}`)
    expect(page).not.toContain('<form')

    const second = await served.ask(`/help${onward}`, { headers: FROM_A_LINK })
    expect(second.headers.get('refresh')).toBeNull()
    expect(attribute(await second.text(), 'action', 'form')).toBe(`/help${asked}`)
  },
)

const NOT_SENT_ON: readonly (readonly [why: string, headers: Sent])[] = [
  ['by typing the address', { ...FROM_A_LINK, 'Sec-Fetch-Site': 'none' }],
  ['from a page of ours', { ...FROM_A_LINK, 'Sec-Fetch-Site': 'same-origin' }],
  ['from our own domain, where the cookie is sent', { ...FROM_A_LINK, 'Sec-Fetch-Site': 'same-site' }],
  ['with a browser that does not say', {}],
  ['inside of a frame', { ...FROM_A_LINK, 'Sec-Fetch-Dest': 'iframe' }],
  ['as a script', { ...FROM_A_LINK, 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'empty' }],
]

test.for(NOT_SENT_ON)('who comes %s meets the sign-in at once', async ([, headers]) => {
  const served = await serveAt()
  for (const path of ['/ops', '/ops/report']) {
    const answer = await served.ask(path, { headers })
    expect(answer.headers.get('refresh')).toBeNull()
    expect(await answer.text()).toContain('Open the board')
  }
})

test('the step between has the policy of every page, and is kept by nobody', async () => {
  const served = await serveAt()
  const [sentOn, signIn] = [await served.ask('/ops', { headers: FROM_A_LINK }), await served.ask('/ops')]
  const kept = ({ headers }: Response): Sent =>
    Object.fromEntries([...headers].filter(([name]) => !['date', 'refresh', 'content-length'].includes(name)))
  expect(kept(sentOn)).toEqual(kept(signIn))
  expect(sentOn.headers.get('cache-control')).toBe('no-store')
})
