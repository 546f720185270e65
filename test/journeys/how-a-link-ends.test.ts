import { expect, test } from 'vitest'
import type { Town } from '../support/town.ts'
import { ANN, answersTo, aRequest, aTown, BOB, OPS_TOKEN } from './relaying.ts'

const linkIn = (text: string | null | undefined): string =>
  /https:\/\/desk\.example\/c\/\w+/.exec(text ?? '')?.[0] ?? ''

const opsApi = (town: Town, path: string) =>
  town.service.app.request(`${town.publicUrl}/ops/api/${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${OPS_TOKEN}`, 'Content-Type': 'application/json' },
    body: '{}',
  })

test('a link opens its page until 90 days after the end, and what ended looks like what never was', async () => {
  const town = await aTown()
  const ann = await aRequest(town)
  const { address } = ann.sent.page
  await town.agent.changes(ann.id, { state: 'closed' })
  await town.passes('10s', '2m', '89d')
  expect((await ann.page()).status).toBe(200)
  await town.passes('2d')
  const over = await ann.page()
  const unknown = await town.visitor.opens(address.replace(/\/c\/..../, '/c/0000'))
  expect([over.status, unknown.status]).toEqual([404, 404])
  expect(over.text).toBe(unknown.text)
  for (const path of ['replies', 'solved', 'rating', 'address', 'files/1']) {
    expect((await town.visitor.opens(`${address.replace(/\?.*/, '')}/${path}`)).status).toBe(404)
  }
})

test('staff end a link by a tag, which is taken away, or by a command; later mails carry the link that is valid then', async () => {
  const town = await aTown({ settings: { OPS_TOKEN } })
  const ann = await aRequest(town)
  await town.agent.tags(ann.id, 'revoke-link')
  await town.passes('10s', '10s', '10s')
  expect((await ann.page()).status).toBe(404)
  expect((await ann.ticket()).tags).not.toContain('revoke-link')
  await town.agent.writes(ann.id, 'Under the second link')
  await town.passes('10s', '2m')
  const [first] = await answersTo(town, ANN)
  const second = linkIn(first?.text)
  expect((await town.visitor.opens(second)).text).toContain('Under the second link')

  const told = await opsApi(town, `conversations/${ann.number}/link`)
  expect(await told.json()).toMatchObject({ link: second })
  const revoked = await (await opsApi(town, `conversations/${ann.number}/revoke`)).json()
  expect((await town.visitor.opens(second)).status).toBe(404)
  await town.agent.writes(ann.id, 'Under the third link')
  await town.passes('10s', '2m')
  const third = linkIn((await answersTo(town, ANN))[1]?.text)
  expect(revoked).toMatchObject({ link: third })
  expect((await town.visitor.opens(third)).text).toContain('Under the third link')
})

test('whoever lost a link is mailed the links of their own requests, and nobody learns who has any', async () => {
  const town = await aTown()
  const [one, two] = [await aRequest(town), await aRequest(town)]
  const bobs = await aRequest(town, { email: BOB })
  const before = (await town.mails()).length
  const asks = async (email: string) => {
    const answer = await town.service.app.request(`${town.publicUrl}/find`, {
      method: 'POST',
      headers: { Origin: town.publicUrl },
      body: new URLSearchParams({ email }),
    })
    const page = await town.visitor.opens(new URL(answer.headers.get('Location') ?? '', town.publicUrl).href)
    return { status: answer.status, to: answer.headers.get('Location'), text: page.text }
  }
  const known = await asks(` ${ANN.toUpperCase()} `)
  expect(await asks('nobody@elsewhere.example')).toEqual(known)
  expect(known.status).toBe(303)
  await town.passes('10s', '1m', '1m')
  const mails = (await town.mails()).slice(before)
  expect(mails.map(({ to }) => to)).toEqual([[ANN]])
  const links = mails[0]?.text?.match(/https:\/\/desk\.example\/c\/\w+/g) ?? []
  const pathOf = (address: string): string => address.replace(/\?.*/, '')
  expect(new Set(links)).toEqual(new Set([one, two].map(({ sent }) => pathOf(sent.page.address))))
  expect(links).not.toContain(pathOf(bobs.sent.page.address))
})
