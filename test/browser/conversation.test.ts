import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { type RunningService, runService } from '../support/running-service.ts'
import { documentFaults, pageFaults } from '../support/visit.ts'
import { followThrough, type Place } from './following-through.ts'

vi.setConfig({ testTimeout: 90_000 })

let browser: Browser
let service: RunningService
let place: Place

beforeAll(async () => {
  ;[service, browser] = await Promise.all([runService(), openBrowser()])
  const { origin } = service
  place = {
    home: origin,
    zammad: `${origin}/sandbox/zammad`,
    mailbox: `${origin}/sandbox/mail`,
    nudge: async () => {},
  }
}, 60_000)

afterAll(async () => {
  await browser.close()
  await service.stop()
})

test('asked, answered, seen without a reload and by mail, gone on with, closed and rated', async () => {
  expect(await followThrough({ browser, place, script: true, look: pageFaults })).toEqual([])
})

test('the same can all be done without script', async () => {
  expect(await followThrough({ browser, place, script: false, look: documentFaults })).toEqual([])
})
