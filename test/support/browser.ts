import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { serve } from '@hono/node-server'
import { chromium, type Browser, type Page } from 'playwright-core'
import { browserOptions } from '../browser/chromium.ts'

/** A real Chromium of our own. Close it when the tests are over. */
export const openBrowser = async (): Promise<Browser> => chromium.launch(await browserOptions())

/** Serves an app on a free port of this machine. */
export function serveLocally(
  fetch: (request: Request) => Response | Promise<Response>,
): Promise<{ readonly origin: string; readonly close: () => Promise<void> }> {
  return new Promise((resolve) => {
    const server = serve({ fetch, port: 0, hostname: '127.0.0.1' }, ({ port }: AddressInfo) =>
      resolve({
        origin: `http://127.0.0.1:${port}`,
        close: () =>
          new Promise((closed, failed) => server.close((error) => (error ? failed(error) : closed()))),
      }),
    )
  })
}

/** Everything that a page complains about from now on: console errors, uncaught throws, refused content. */
export function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('requestfailed', (request) => complaints.push(`not loaded: ${request.url()}`))
  return complaints
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

let axeSource: string | null = null

/** Axe's own text, as its builder would put it into a page. */
function axe(): string {
  const builder = createRequire(import.meta.url).resolve('@axe-core/playwright')
  axeSource ??= readFileSync(createRequire(builder).resolve('axe-core/axe.js'), 'utf8')
  return axeSource
}

/** What axe finds against WCAG 2.2 AA and good practice: the rule and where it is broken. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  // The builder would load axe twice for each look, and into each frame: once for a document is enough.
  if (!(await page.evaluate("typeof axe === 'object'"))) await page.evaluate(axe())
  // Legacy mode takes half the time. The one frame that our pages have holds a mail, which is looked at by itself.
  const { violations } = await new AxeBuilder({ page, axeSource: 'void 0' })
    .setLegacyMode()
    .options({ runOnly: RULES, resultTypes: ['violations'], iframes: false })
    .analyze()
  return violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.html} ${node.failureSummary ?? ''}`),
  )
}

/** Keeps a picture of the whole page in the folder that `SCREENSHOTS` names; does nothing without it. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS']
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}
