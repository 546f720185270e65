import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MailJson } from '../../../src/sandbox/mailbox/kept.ts'
import { followThrough } from '../../browser/following-through.ts'
import { aPdf, uploadTrouble } from '../../journeys/requests.ts'
import { createAgent } from '../../support/agent.ts'
import { openBrowser } from '../../support/browser.ts'
import { type DevWorker, runDevWorker } from '../../support/dev-worker.ts'
import { createVisitor } from '../../support/visitor.ts'

const START_MS = 90_000
const SOON = { timeout: 20_000 }

let dev: DevWorker

beforeAll(async () => {
  dev = await runDevWorker()
}, START_MS)

afterAll(() => dev.stop())

test('npm run dev:worker brings a form to a ticket and a mail on workerd', async () => {
  const visitor = createVisitor(dev.home, (request) => fetch(request, { redirect: 'manual' }))
  const agent = createAgent(dev.zammad, (request) => fetch(request))

  const pdf = aPdf()
  const sent = await visitor.sends({ ...uploadTrouble(), files: [pdf] })
  expect(sent.status).toBe(303)
  const number = /Your ticket number\n(\d+)\n/.exec(sent.page.text)?.[1]

  await expect
    .poll(async () => (await agent.tickets()).map((ticket) => ticket.number), SOON)
    .toContain(number)
  const ticket = (await agent.tickets()).find((one) => one.number === number)
  expect(ticket?.group).toBe('Reference nodes')
  expect(ticket?.articles[0]?.attachments.map(({ bytes }) => bytes)).toEqual([pdf.bytes])
  const mails = async (): Promise<readonly MailJson[]> => (await fetch(`${dev.mailbox}.json`)).json()
  await expect.poll(mails, SOON).toMatchObject([{ to: ['ann.lee@hospital.example'] }])
  expect((await mails())[0]?.text).toContain(`Number: ${number}\n`)
  await expect
    .poll(async () => (await visitor.opens(sent.page.address)).text, SOON)
    .toContain('With Reference nodes')
})

test(
  'on D1 too an answer reaches the page without a reload and the mailbox, and the visitor goes on and rates',
  async () => {
    await using browser = await openBrowser()
    const place = { ...dev, nudge: dev.cron }
    expect(await followThrough({ browser, place, script: true, look: async () => [] })).toEqual([])
  },
  START_MS,
)
