import { expect, test } from 'vitest'
import { after, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import { type Alert, alertMessageId, isOwnAlert } from '../../src/outbox/alert.ts'
import { ticketLink } from '../../src/outbox/ticket-link.ts'
import { aTicket, openSandbox, PUBLIC_URL } from '../fixtures/zammad/sandbox.ts'
import { aConversation, NOON } from '../support/samples.ts'
import { alerting, anArrival, aLatePromise, aNamedTicket, aPromise, DUTY, MARK } from './alerting.ts'

const everyKind: readonly { readonly alert: Alert; readonly subject: string; readonly tells: string }[] = [
  {
    alert: anArrival(),
    subject: 'Urgent request for Catalogue (7801234567890)',
    tells: 'Topic: Upload trouble',
  },
  {
    alert: anArrival({ urgent: false }),
    subject: 'New request for Catalogue (7801234567890)',
    tells: 'Answer by: Monday 23 November, 13:00 (Europe/Madrid)',
  },
  {
    alert: { about: 'fallback', ticket: aNamedTicket({ unit: 'first-line' }), wanted: 'catalogue' },
    subject: 'Request could not go to Catalogue (7801234567890)',
    tells: 'so First Line support has it',
  },
  {
    alert: { about: 'unrouted', ticket: aNamedTicket({ unit: 'first-line' }), hours: 8 },
    subject: 'Request without an owner (7801234567890)',
    tells: 'for 8 hours or more',
  },
  {
    alert: { about: 'out-of-sight', ticket: aNamedTicket() },
    subject: 'Request moved out of sight (7801234567890)',
    tells: 'Last seen with: Catalogue',
  },
  {
    alert: { about: 'handed-over', ticket: aNamedTicket(), times: 3 },
    subject: 'Request keeps changing hands (7801234567890)',
    tells: 'by hand 3 times',
  },
  {
    alert: {
      about: 'unusable-unit',
      unit: 'catalogue',
      group: 'Catalogue team',
      reason: 'its group is inactive',
    },
    subject: 'No tickets can be opened for Catalogue',
    tells: 'Group in Zammad: Catalogue team\nReason: its group is inactive',
  },
  {
    alert: { about: 'late', ticket: aNamedTicket() },
    subject: 'Request without an answer in time (7801234567890)',
    tells: 'Support Unit: Catalogue',
  },
  {
    alert: { about: 'undelivered', ticket: aNamedTicket(), minutes: 15 },
    subject: 'Answer that may not have arrived (7801234567890)',
    tells: 'has told for 15 minutes or more',
  },
  {
    alert: { about: 'frozen', ticket: aNamedTicket() },
    subject: 'Nothing is sent for a request until you have looked (7801234567890)',
    tells: 'as happens after Zammad was restored from a copy',
  },
  {
    alert: { about: 'stranger' },
    subject: 'Nothing is written to Zammad: it is another one',
    tells: 'https://help.example.org/\n',
  },
  {
    alert: aPromise(4711),
    subject: '75 % of the time is gone, 12 hours left (7800000004711)',
    tells: 'Time left: 12 hours\nAnswer by: Sunday 22 November, 01:00 (Europe/Madrid)',
  },
  {
    alert: aLatePromise(4711, { ticket: aNamedTicket({ dueAt: after(NOON, -3 * HOUR_MS).toISOString() }) }),
    subject: 'Late by 3 hours (7801234567890)',
    tells: 'I have seen it: https://desk.example/seen/ack4711\n',
  },
]

test.for(everyKind)(
  'an alert about $alert.about arrives once: $subject',
  async ({ alert, subject, tells }) => {
    const alerts = await alerting()
    await alerts.raise(alert)
    await alerts.round()
    await alerts.raise(alert)
    await alerts.round()
    const [mail, ...others] = alerts.mailbox.json()
    expect(others).toEqual([])
    expect(mail).toMatchObject({ to: [DUTY], from: 'desk@example.org', subject })
    expect(mail?.text).toContain(tells)
    expect(mail?.text).toContain(
      'ticket' in alert ? 'https://help.example.org/#ticket/zoom/4711\n' : 'help.example.org/\n',
    )
    const job = await alerts.job()
    expect(job).toMatchObject({ state: 'done' })
    expect(mail?.headers).toMatchObject({
      'message-id': alertMessageId(job?.id ?? '', 'desk.example'),
      date: 'Sat, 21 Nov 2026 12:00:00 +0000',
      'auto-submitted': 'auto-generated',
      'x-auto-response-suppress': 'All',
    })
    expect(Object.keys(mail?.headers ?? {})).not.toContain('reply-to')
    expect(isOwnAlert(mail?.headers['message-id'] ?? null, 'desk.example')).toBe(true)
  },
)

test('each address gets a mail of its own, under a Message-ID of its own', async () => {
  const alerts = await alerting()
  await alerts.raise(anArrival(), [DUTY, 'second@example.org', 'DUTY@example.org'])
  await alerts.round()
  const mails = alerts.mailbox.json()
  expect(mails.map(({ to }) => to.join().toLowerCase()).toSorted()).toEqual([DUTY, 'second@example.org'])
  expect(new Set(mails.map(({ headers }) => headers['message-id'])).size).toBe(2)
})

test('an address from which our alerts came back as tickets gets none, and the log says so without naming it', async () => {
  const alerts = await alerting()
  await alerts.suspend('Duty@Example.org')
  await alerts.raise(anArrival(), [DUTY, 'second@example.org'])
  await alerts.round()
  expect(alerts.mailbox.json().map(({ to }) => to)).toEqual([['second@example.org']])
  expect(alerts.lines.filter((line) => line.includes('alert.suspended'))).toHaveLength(1)
  expect(alerts.lines.join('\n').toLowerCase()).not.toContain(DUTY)
})

test('the site’s first language is the language of its alerts', async () => {
  const alerts = await alerting({ site: { languages: ['es', 'en'] } })
  await alerts.raise(anArrival())
  await alerts.round()
  const [mail] = alerts.mailbox.json()
  expect(mail?.subject).toBe('Solicitud urgente para Catálogo (7801234567890)')
  expect(mail?.text).toContain('lunes, 23 de noviembre, 13:00 (Europe/Madrid)')
  expect(mail?.text).toContain('Centro de ayuda del Biobanco del Norte')
})

test('a unit that the rules no longer name is told by its id', async () => {
  const alerts = await alerting()
  await alerts.raise({ about: 'fallback', ticket: aNamedTicket({ unit: 'Old group' }), wanted: 'old-unit' })
  await alerts.round()
  const [mail] = alerts.mailbox.json()
  expect(mail?.subject).toBe('Request could not go to old-unit (7801234567890)')
  expect(mail?.text).toContain('Support Unit: Old group')
})

const unopened = anArrival({ ticket: aNamedTicket({ id: null }), conversation: 'conversation-1' })

test('an arrival waits for its ticket, then tells its number, its unit and its link', async () => {
  const alerts = await alerting()
  await alerts.raise(unopened)
  await alerts.round()
  expect(alerts.mailbox.json()).toEqual([])
  expect(await alerts.job()).toMatchObject({
    state: 'ready',
    attempts: 0,
    nextAt: after(NOON, 10 * SECOND_MS).getTime(),
  })
  await alerts.open('first-line')
  alerts.time.turn(10 * SECOND_MS)
  await alerts.round()
  const [mail, ...others] = alerts.mailbox.json()
  expect(others).toEqual([])
  expect(mail?.subject).toBe('Urgent request for First Line support (7809999999999)')
  expect(mail?.text).toContain('https://help.example.org/#ticket/zoom/815\n')
  expect(mail?.text).not.toContain('could not be opened')
  expect(mail?.headers['date']).toBe('Sat, 21 Nov 2026 12:00:10 +0000')
})

test('an arrival whose ticket is not opened within two minutes is told all the same, and once', async () => {
  const alerts = await alerting()
  await alerts.raise(unopened)
  for (let spent = 0; spent < 2 * MINUTE_MS; spent += 10 * SECOND_MS) {
    await alerts.round()
    alerts.time.turn(10 * SECOND_MS)
  }
  expect(alerts.mailbox.json()).toEqual([])
  await alerts.round()
  await alerts.open('catalogue')
  alerts.time.turn(HOUR_MS)
  await alerts.round()
  const [mail, ...others] = alerts.mailbox.json()
  expect(others).toEqual([])
  expect(mail?.subject).toBe('Urgent request for Catalogue (7801234567890)')
  expect(mail?.text).toContain('its ticket could not be opened in Zammad yet')
  expect(mail?.text).toContain('https://help.example.org/\n')
  expect(mail?.text).not.toContain('#ticket')
  expect(alerts.lines.join('\n')).toContain('alert.without-ticket')
})

test('no word, name or address of the visitor is in the mail or in the log', async () => {
  const alerts = await alerting()
  await alerts.raise(unopened)
  alerts.time.turn(2 * MINUTE_MS)
  await alerts.round()
  const [mail] = alerts.mailbox.json()
  expect(mail?.html).toContain('7801234567890')
  for (const part of [mail?.raw, mail?.text, mail?.html, mail?.subject, alerts.lines.join('\n')]) {
    expect(part).not.toContain(MARK)
    expect(part).not.toContain(aConversation().link.hash)
  }
  expect(alerts.lines.join('\n')).not.toContain(DUTY)
})

test('where nobody knows whether it was taken, the same bytes follow once after 15 minutes, then staff decide', async () => {
  const alerts = await alerting()
  alerts.mailbox.setFault('cut')
  await alerts.raise(anArrival())
  for (let minutes = 0; minutes < 60; minutes += 1) {
    await alerts.round()
    if (minutes === 14) expect(alerts.mailbox.messages()).toHaveLength(1)
    alerts.time.turn(MINUTE_MS)
  }
  const [first, second, ...others] = alerts.mailbox.messages()
  expect(others).toEqual([])
  expect(second?.bytes).toEqual(first?.bytes)
  expect(await alerts.job()).toMatchObject({ state: 'parked', reasonCode: 'uncertain' })
})

test('a mail server that is down delays an alert and loses none', async () => {
  const alerts = await alerting()
  alerts.mailbox.setFault('down')
  await alerts.raise(anArrival())
  await alerts.round()
  expect(await alerts.job()).toMatchObject({ state: 'ready', reasonCode: 'unavailable' })
  alerts.mailbox.setFault('up')
  alerts.time.turn(HOUR_MS)
  await alerts.round()
  expect(alerts.mailbox.messages()).toHaveLength(1)
})

test.for([
  { age: 'three days', ms: 3 * DAY_MS, mails: 1, state: 'done' },
  { age: 'more than three days', ms: 3 * DAY_MS + 1, mails: 0, state: 'parked' },
])(
  'an alert that nobody tried to mail for $age is mailed $mails times and then $state',
  async ({ ms, mails, state }) => {
    const alerts = await alerting()
    await alerts.raise(anArrival())
    alerts.time.turn(ms)
    await alerts.round()
    expect(alerts.mailbox.messages()).toHaveLength(mails)
    expect(await alerts.job()).toMatchObject({ state })
    expect(alerts.lines.some((line) => line.includes('alert.stale'))).toBe(mails === 0)
  },
)

test('what is less than urgent is no news after three days', async () => {
  const alerts = await alerting()
  await alerts.raise(anArrival({ urgent: false }))
  alerts.time.turn(3 * DAY_MS + 1)
  await alerts.round()
  expect(alerts.mailbox.messages()).toEqual([])
  expect(await alerts.job()).toMatchObject({ state: 'done' })
})

test.for([
  { attempts: 1, uncertain: 0, mails: 1 },
  { attempts: 0, uncertain: 1, mails: 1 },
  { attempts: 0, uncertain: 0, mails: 0 },
])(
  'after days, $attempts attempts and $uncertain that a crash cut off, an alert is mailed $mails times',
  async ({ attempts, uncertain, mails }) => {
    const alerts = await alerting()
    await alerts.raise(anArrival())
    await alerts.setRows({ attempts, uncertain })
    alerts.time.turn(4 * DAY_MS)
    await alerts.round()
    expect(alerts.mailbox.messages()).toHaveLength(mails)
  },
)

test('an alert that a mail server that was down did not take is mailed days later all the same', async () => {
  const alerts = await alerting()
  alerts.mailbox.setFault('down')
  await alerts.raise(anArrival())
  await alerts.round()
  alerts.mailbox.setFault('up')
  alerts.time.turn(4 * DAY_MS)
  await alerts.round()
  expect(alerts.mailbox.messages()).toHaveLength(1)
})

test('an alert that is none, or whose conversation is gone, is left to staff', async () => {
  // What a row holds was once written by another version: nothing vouches for its type.
  const unheardOf = { about: 'weather' } as unknown as Alert
  for (const alert of [unheardOf, anArrival({ conversation: 'nowhere' })]) {
    const alerts = await alerting()
    await alerts.raise(alert)
    await alerts.round()
    expect(await alerts.job()).toMatchObject({ state: 'parked', reasonCode: 'broken' })
    expect(alerts.mailbox.messages()).toEqual([])
  }
})

test('the link of a mail leads to the ticket on the screens of the sandbox', async () => {
  const sandbox = openSandbox()
  const { body: ticket } = await sandbox.call('sandbox-bot', 'POST', '/tickets', aTicket())
  const alerts = await alerting({ webUrl: PUBLIC_URL })
  await alerts.raise(anArrival({ ticket: aNamedTicket({ id: ticket.id, number: ticket.number }) }))
  await alerts.round()
  const link = new URL(/^http\S+$/m.exec(alerts.mailbox.json()[0]?.text ?? '')?.[0] ?? '')
  const show = async (address: URL): Promise<string> =>
    (await sandbox.zammad.direct(new Request(address.origin + address.pathname))).text()
  const place = (await show(link)).split(` id="${decodeURIComponent(link.hash.slice(1))}"`)
  expect(place).toHaveLength(2)
  const [, path = ''] = /href="([^"]+)"/.exec(place[1] ?? '') ?? []
  const screen = await show(new URL(path, link))
  expect(screen).toContain(ticket.number)
  expect(screen).toContain('The lamp is dark')
})

test.for([
  { url: 'https://help.example.org', link: 'https://help.example.org/#ticket/zoom/7' },
  { url: 'https://help.example.org/', link: 'https://help.example.org/#ticket/zoom/7' },
  { url: 'https://example.org/help', link: 'https://example.org/help/#ticket/zoom/7' },
])('the ticket of a Zammad at $url is at $link', ({ url, link }) => {
  expect(ticketLink(url, 7)).toBe(link)
})

test.for([
  { messageId: '<alert.9k2m4q@desk.example>', own: true },
  { messageId: 'alert.9k2m4q@desk.example', own: true },
  { messageId: '<alert.9k2m4q@DESK.example>', own: true },
  { messageId: '<alert.9k2m4q@desk.example.evil.test>', own: false },
  { messageId: '<alert.9k2m4q@other.example>', own: false },
  { messageId: '<receipt.9k2m4q@desk.example>', own: false },
  { messageId: '<9k2m4q@desk.example>', own: false },
  { messageId: '<x.alert.9k2m4q@desk.example>', own: false },
  { messageId: '<a@b.test> <alert.9k2m4q@desk.example>', own: false },
  { messageId: '', own: false },
  { messageId: null, own: false },
])('an alert of ours is known by its Message-ID: $messageId, $own', ({ messageId, own }) => {
  expect(isOwnAlert(messageId, 'desk.example')).toBe(own)
})
