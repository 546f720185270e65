import { expect, test } from 'vitest'
import { aTicket, openSandbox } from '../fixtures/zammad/sandbox.ts'

const titles = async (sandbox: ReturnType<typeof openSandbox>): Promise<string[]> => {
  const { body } = await sandbox.call('sandbox-bot', 'GET', '/tickets')
  return body.map((ticket: { title: string }) => ticket.title)
}
const create = (sandbox: ReturnType<typeof openSandbox>): Request =>
  sandbox.request('POST', '/tickets', 'sandbox-bot', aTicket())

test('a Zammad that is down refuses the connection and stores nothing', async () => {
  const sandbox = openSandbox()
  sandbox.zammad.setFault('down')
  const refused = sandbox.zammad.fetch(create(sandbox))
  await expect(refused).rejects.toThrow(TypeError)
  await expect(refused).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
  expect(await titles(sandbox)).toEqual(['Welcome to Zammad!'])
})

test('a lost answer has been carried out', async () => {
  const sandbox = openSandbox()
  sandbox.zammad.setFault('lost-answer')
  await expect(sandbox.zammad.fetch(create(sandbox))).rejects.toThrow(TypeError)
  expect(await titles(sandbox)).toEqual(['Welcome to Zammad!', 'The lamp is dark'])
})

test('a late commit is cut after one second and carried out after three', async () => {
  const sandbox = openSandbox()
  sandbox.zammad.setFault('late-commit')
  const cut = sandbox.zammad.fetch(create(sandbox))
  await Promise.all([expect(cut).rejects.toThrow(TypeError), sandbox.pass(1000)])
  expect(await titles(sandbox)).toEqual(['Welcome to Zammad!'])
  await sandbox.pass(2000)
  expect(await titles(sandbox)).toEqual(['Welcome to Zammad!', 'The lamp is dark'])
})

test('a slow Zammad answers after two seconds', async () => {
  const sandbox = openSandbox()
  sandbox.zammad.setFault('slow')
  let answered = false
  const answer = sandbox.zammad.fetch(create(sandbox)).then((response) => {
    answered = true
    return response.status
  })
  await sandbox.pass(1999)
  expect(answered).toBe(false)
  await sandbox.pass(1)
  expect(await answer).toBe(201)
})

test('whoever gives up waiting for a slow Zammad is let go at once', async () => {
  const sandbox = openSandbox()
  sandbox.zammad.setFault('slow')
  const given = new AbortController()
  const answer = sandbox.zammad.fetch(new Request(create(sandbox), { signal: given.signal }))
  given.abort()
  await expect(answer).rejects.toThrow('aborted')
})

test('maintenance lets nobody in but administrators', async () => {
  const sandbox = openSandbox()
  sandbox.zammad.setFault('maintenance')
  const asked = async (token: string): Promise<[number, unknown]> => {
    const response = await sandbox.zammad.fetch(sandbox.request('GET', '/users/me', token))
    const body = await response.json()
    return [response.status, body.error]
  }
  expect(await asked('sandbox-bot')).toEqual([403, 'Maintenance mode enabled!'])
  expect(await asked('sandbox-admin')).toEqual([200, undefined])
})

test('a fault lasts until it is changed, and the direct way never has one', async () => {
  const sandbox = openSandbox()
  const me = (): Request => sandbox.request('GET', '/users/me', 'sandbox-bot')
  sandbox.zammad.setFault('down')
  await expect(sandbox.zammad.fetch(me())).rejects.toThrow(TypeError)
  expect((await sandbox.zammad.direct(me())).status).toBe(200)
  sandbox.zammad.setFault('up')
  expect((await sandbox.zammad.fetch(me())).status).toBe(200)
})
