import { expect, test } from 'vitest'
import { aTicket, openSandbox, PUBLIC_URL, type Sandbox } from '../fixtures/zammad/sandbox.ts'

const open = async (
  sandbox: Sandbox,
  path: string,
): Promise<{ status: number; html: string; headers: Headers }> => {
  const response = await sandbox.zammad.direct(new Request(`${PUBLIC_URL}${path}`))
  return { status: response.status, html: await response.text(), headers: response.headers }
}

const post = (sandbox: Sandbox, path: string, fields: Record<string, string | File>, headers = {}) => {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  return sandbox.zammad.direct(new Request(`${PUBLIC_URL}${path}`, { method: 'POST', body, headers }))
}

async function withTicket(more: object = {}) {
  const sandbox = openSandbox()
  const { body } = await sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket(more))
  const articles = async () =>
    (await sandbox.call('sandbox-bot', 'GET', `/ticket_articles/by_ticket/${body.id}`)).body
  const ticket = async () =>
    (await sandbox.call('sandbox-bot', 'GET', `/tickets/${body.id}?expand=true`)).body
  return { sandbox, id: body.id as number, number: body.number as string, articles, ticket }
}

test.for(['/', '', '/tickets/1', '/tickets/new', '/nowhere', '/tickets/99'])(
  'the screen %s is whole HTML that runs and embeds nothing of its own',
  async (path) => {
    const { html, headers } = await open(openSandbox(), path)
    expect(html).toMatch(/^<!DOCTYPE html><html lang="en">/)
    expect(html).not.toMatch(/<script|<style| style=| on\w+=/)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(html.match(/<h1/g)).toHaveLength(1)
  },
)

test.for(['/tickets/1', '/tickets/new'])('every field of %s has a label of its own', async (path) => {
  const { html } = await open(openSandbox(), path)
  const fields = Array.from(
    html.matchAll(/<(?:input|select|textarea) (?!type="hidden")id="([^"]+)"/g),
    ([, id]) => id,
  )
  expect(fields.length).toBeGreaterThan(4)
  expect(new Set(fields).size).toBe(fields.length)
  for (const id of fields) expect(html).toContain(`<label for="${id}">`)
  expect(html.match(/<(?:input|select|textarea) (?!type="hidden"|id=)/)).toBeNull()
})

test('the style is served as such', async () => {
  const { status, headers } = await open(openSandbox(), '/style.css')
  expect([status, headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8'])
})

test('every screen leads to the form and to the mailbox', async () => {
  const { html } = await open(openSandbox(), '/tickets/1')
  expect(html).toContain('<a href="/">Form</a>')
  expect(html).toContain('<a href="/sandbox/mail">Mailbox</a>')
})

test("a visitor's markup is shown, never run", async () => {
  const { sandbox, id } = await withTicket({ title: '<img src=x onerror=alert(1)>' })
  const { html } = await open(sandbox, `/tickets/${id}`)
  expect(html).toContain('&lt;img src=x')
  expect(html).not.toContain('<img')
})

test.for(['note', 'phone', 'web', 'sms', 'email'])('an agent can answer by %s', async (type) => {
  const { sandbox, id, articles } = await withTicket({ group: 'Technical support' })
  const fields = {
    type,
    internal: 'false',
    to: 'ann.lee@example.org',
    subject: 'Lamp',
    body: 'On <its> way.\nAnna',
  }
  const response = await post(sandbox, `/tickets/${id}/reply`, fields)
  expect([response.status, response.headers.get('location')]).toEqual([303, `/sandbox/zammad/tickets/${id}`])
  expect((await articles()).at(-1)).toMatchObject({
    type,
    sender: 'Agent',
    internal: false,
    created_by: 'agent@helpdesk.example',
    body: '<p>On &lt;its&gt; way.<br>Anna</p>',
  })
})

test('an attachment of an agent can be fetched as it was sent', async () => {
  const { sandbox, id, articles } = await withTicket()
  const file = new File(['plan of hall 3'], 'plan.txt', { type: 'text/plain' })
  await post(sandbox, `/tickets/${id}/reply`, {
    type: 'phone',
    internal: 'false',
    body: 'See the plan.',
    file,
  })
  const article = (await articles()).at(-1)
  const [attachment] = article.attachments
  const { html, headers } = await open(
    sandbox,
    `/tickets/${id}/articles/${article.id}/files/${attachment.id}`,
  )
  expect(html).toBe('plan of hall 3')
  expect(headers.get('content-disposition')).toContain('attachment; filename="plan.txt"')
})

test('an internal article is marked, and can be made public', async () => {
  const { sandbox, id, articles } = await withTicket()
  await post(sandbox, `/tickets/${id}/reply`, { type: 'note', internal: 'true', body: 'between us' })
  expect((await open(sandbox, `/tickets/${id}`)).html).toContain('Internal note by Agent')
  const note = (await articles()).at(-1)
  await post(sandbox, `/tickets/${id}/articles/${note.id}/visibility`, { internal: 'false' })
  expect((await articles()).at(-1).internal).toBe(false)
})

test('an agent can move, assign and close a ticket', async () => {
  const { sandbox, id, ticket } = await withTicket()
  const fields = { group: 'Dashboard', state: 'closed', pending_time: '', priority: '3 high', owner_id: '4' }
  expect((await post(sandbox, `/tickets/${id}/update`, fields)).status).toBe(303)
  expect(await ticket()).toMatchObject({
    group: 'Dashboard',
    state: 'closed',
    priority: '3 high',
    owner: 'agent@helpdesk.example',
    updated_by: 'agent@helpdesk.example',
  })
})

test('tags come and go', async () => {
  const { sandbox, id } = await withTicket()
  const tags = async () =>
    (await sandbox.call('sandbox-bot', 'GET', `/tags?object=Ticket&o_id=${id}`)).body.tags
  await post(sandbox, `/tickets/${id}/tags`, { item: 'holding', deed: 'add' })
  expect(await tags()).toEqual(['holding'])
  await post(sandbox, `/tickets/${id}/tags`, { item: 'holding', deed: 'remove' })
  expect(await tags()).toEqual([])
})

test('a ticket can be merged into another one by its number', async () => {
  const { sandbox, id, ticket } = await withTicket()
  expect((await post(sandbox, `/tickets/${id}/merge`, { number: '78001' })).status).toBe(303)
  expect(await ticket()).toMatchObject({ state: 'merged' })
  expect((await open(sandbox, `/tickets/${id}`)).html).toContain('parent: ')
  expect((await post(sandbox, `/tickets/${id}/merge`, { number: '000' })).status).toBe(422)
})

test('a ticket can be deleted', async () => {
  const { sandbox, id } = await withTicket()
  expect((await post(sandbox, `/tickets/${id}/delete`, {})).status).toBe(303)
  expect((await open(sandbox, `/tickets/${id}`)).status).toBe(404)
})

test('an agent can open a ticket by a phone call, and triggers hear of it', async () => {
  const sandbox = openSandbox()
  const fields = {
    title: 'A call',
    firstname: 'Ann',
    lastname: 'Lee',
    email: 'ann.lee@example.org',
    group: 'Technical support',
    priority: '2 normal',
    tags: 'call',
    body: 'She rang.',
  }
  const response = await post(sandbox, '/tickets/new', fields)
  expect(response.headers.get('location')).toBe('/sandbox/zammad/tickets/2')
  await sandbox.zammad.runDueJobs()
  expect(sandbox.mails.map((mail) => mail.subject)).toEqual([
    'Thanks for your inquiry (A call) [Ticket#78002]',
  ])
})

test('what Zammad refuses is said on a page of its own', async () => {
  const { sandbox, id } = await withTicket()
  const response = await post(sandbox, `/tickets/${id}/update`, {
    state: 'pending reminder',
    pending_time: '',
  })
  expect(response.status).toBe(422)
  expect(await response.text()).toContain('That did not work')
})

test('a form of another site is refused', async () => {
  const { sandbox, id, ticket } = await withTicket()
  const response = await post(
    sandbox,
    `/tickets/${id}/update`,
    { state: 'closed' },
    { 'sec-fetch-site': 'cross-site' },
  )
  expect(response.status).toBe(403)
  expect((await ticket()).state).toBe('new')
})
