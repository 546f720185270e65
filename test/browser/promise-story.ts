import type { Browser, Locator, Page } from 'playwright-core'
import { z } from 'zod'
import type { Language } from '../../src/language.ts'
import type { TurnedService } from '../support/turned-service.ts'
import { openVisit } from '../support/visit.ts'

/** A Friday, two days before clocks go back in Europe: 10:00 in Madrid. */
export const OPENING = new Date('2026-10-23T08:00:00Z')

/** A ticket that an agent opened in Zammad, for somebody on the phone. */
export interface Called {
  readonly number: string
  readonly ticket: number
  /** When the clock started that runs, or that ran last. */
  readonly since: Date
}

/** A request that came by the form. */
export interface Asked extends Called {
  /** The private page. */
  readonly page: string
}

/** Who waits for what after two days and two hours. */
export interface Story {
  /** Asked at the opening, from Lima, and never answered. */
  readonly late: Asked
  /** Asked at the opening and answered an hour later. */
  readonly answered: Asked
  /** The same, and asked again 47 hours after the opening. */
  readonly askedAgain: Asked
  /** Asked after 40 hours in Spanish, from the Canaries. */
  readonly fresh: Asked
  /** Asked after 41 hours from an address that takes no mail; then moved where the bot may not look. */
  readonly lost: Asked
  /** Asked at the same time from such an address as well. */
  readonly unreached: Asked
  /** Called after 11 hours; a colleague noted something, and nobody answered. */
  readonly soon: Called
  /** Called after an hour and answered 48 hours and a quarter later. */
  readonly answeredLate: Called
}

/** Presses what leads to another page, and waits until that page is whole. */
export const follow = (page: Page, what: Locator): Promise<unknown> =>
  Promise.all([page.waitForEvent('load'), what.click()])

interface Asking {
  readonly email: string
  readonly zone: string
  readonly language?: Language
}

async function asks(browser: Browser, service: TurnedService, asking: Asking): Promise<Asked> {
  const { email, zone, language = 'en' } = asking
  await using visit = await openVisit(browser, { timezoneId: zone })
  const { page } = visit
  await page.goto(`${service.origin}/forms/upload-trouble?lang=${language}`)
  await page.locator('[name=name]').fill('Ann Lee')
  await page.locator('[name=email]').fill(email)
  await page.locator('[name=node]').selectOption('upv')
  await page.locator('[name=what]').fill('It stops at 63 %.')
  await page.locator('[name=consent]').check()
  await follow(page, page.locator('main form button'))
  const number = (await page.locator('.number').textContent())?.replace(/\s/g, '') ?? ''
  await service.round()
  return { number, ticket: await ticketOf(service, number), since: service.now(), page: page.url() }
}

async function asksAgain(browser: Browser, service: TurnedService, asked: Asked): Promise<Asked> {
  await using visit = await openVisit(browser)
  const { page } = visit
  await page.goto(asked.page)
  await page.locator('#f-body').fill('It stops later now. What else can I try?')
  await follow(page, page.getByRole('button', { name: 'Send' }))
  return { ...asked, since: service.now() }
}

async function ticketOf({ agent }: TurnedService, number: string): Promise<number> {
  const found = (await agent.tickets()).find((ticket) => ticket.number === number)
  if (!found) throw new Error(`no ticket ${number}`)
  return found.id
}

/** An agent opens a ticket on Zammad's own screen. */
async function calls(browser: Browser, service: TurnedService, group: string): Promise<Called> {
  await using visit = await openVisit(browser)
  const { page } = visit
  await page.goto(`${service.origin}/sandbox/zammad/tickets/new`)
  await page.getByLabel('Title').fill('Where are my images?')
  await page.getByLabel("Caller's first name").fill('Carl')
  await page.getByLabel("Caller's last name").fill('Caller')
  await page.getByLabel("Caller's email address").fill('carl@clinic.example')
  await page.getByLabel('Group').selectOption(group)
  await page.getByLabel('What was said').fill('They sent images and see none.')
  await follow(page, page.getByRole('button', { name: 'Open the ticket' }))
  const ticket = Number(/\/tickets\/(\d+)$/.exec(page.url())?.[1])
  await service.round()
  const { number } = Ticket.parse(await service.agent.calls('GET', `/tickets/${ticket}`))
  return { ticket, number, since: service.now() }
}

const Ticket = z.object({ number: z.string() })
const Account = z.object({ group_ids: z.record(z.string(), z.array(z.string())) })

/** Where the sandbox's Zammad keeps its bot and its last group. */
const BOT = '/users/5'
const DASHBOARD = '7'

/** Moves the ticket into a group that the bot may not look into any more. */
async function hides({ agent }: TurnedService, { ticket }: Asked): Promise<void> {
  const { group_ids: rights } = Account.parse(await agent.administers('GET', `${BOT}?expand=true`))
  await agent.changes(ticket, { group: 'Dashboard' })
  await agent.administers('PUT', BOT, { group_ids: { ...rights, [DASHBOARD]: [] } })
}

/** Fifty hours of a helpdesk, of which one is lost: our store is restored from a copy. */
export async function liveThrough(browser: Browser, service: TurnedService): Promise<Story> {
  const { agent, lives } = service
  await lives(0)
  await lives(0.1)
  const ask = (email: string, zone = 'Europe/Madrid', language: Language = 'en') =>
    asks(browser, service, { email, zone, language })
  const late = await ask('ann@hospital.example', 'America/Lima')
  const answered = await ask('ben@hospital.example')
  const helped = await ask('cleo@hospital.example')
  await lives(1)
  for (const { ticket } of [answered, helped]) await agent.writes(ticket, 'Please try the new version.')
  const answeredLate = await calls(browser, service, 'Catalogue')
  await lives(1.5)
  await lives(11)
  const soon = await calls(browser, service, 'Technical support')
  await agent.writes(soon.ticket, 'Asked the node.', { internal: true })
  await lives(37)
  await lives(40)
  const fresh = await ask('dora@hospital.example', 'Atlantic/Canary', 'es')
  await lives(41)
  const lost = await ask('emil@nobody.invalid')
  const unreached = await ask('gus@nobody.invalid')
  await lives(42)
  const restores = await service.copiesStore()
  await agent.writes(answered.ticket, 'Said after the copy.')
  await ask('fay@hospital.example')
  await restores()
  await lives(43)
  await hides(service, lost)
  await lives(44)
  await lives(45)
  await lives(47)
  const askedAgain = await asksAgain(browser, service, helped)
  await lives(48.2)
  await lives(49.3)
  await agent.writes(answeredLate.ticket, 'Here they are.')
  await lives(50)
  return { late, answered, askedAgain, fresh, lost, unreached, soon, answeredLate }
}
