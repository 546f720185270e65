import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { defineCommand } from 'citty'
import { type Clock, SECOND_MS } from '../clock.ts'
import type { Config } from '../config.ts'
import { type Content, readContent, tellProblem } from '../content.ts'
import { isAboutOwnAlert } from '../outbox/alert.ts'
import { readSince, tally } from '../routing/backtest.ts'
import { createDecider } from '../routing/decide.ts'
import { unitOfGroup } from '../routing/units.ts'
import { EXIT, Exit } from '../runtime/node/exit.ts'
import { nodeClock } from '../runtime/node/serve.ts'
import { deskOf } from '../furnish.ts'
import { backtestPage } from './backtest-page.tsx'
import { backtestText, printedBacktest, type Told } from './backtest-text.ts'
import { settingsHere } from './local.ts'
import { readPast } from './past-tickets.ts'
import { sourcesFor } from './rules-folder.ts'
import { submissionsHere } from './submissions-here.ts'

/** Decides past tickets with the rules at hand, and says how that compares with what became of them. */
export const backtest = defineCommand({
  meta: { name: 'backtest', description: 'Compare the rules with what became of past tickets; only reads' },
  args: {
    since: {
      type: 'string',
      required: true,
      description: 'Tickets made in the last 90d or 12h, or since a day like 2026-08-01 (UTC)',
    },
    rules: { type: 'string', description: 'Folder of the rules; else ROUTING_DIR, else routing-rules' },
    json: { type: 'boolean', description: 'Print JSON' },
    html: { type: 'string', description: 'Write a page of its own to this file' },
  },
  async run({ args }) {
    const since = readSince(args.since, nodeClock())
    if (!since) throw new Exit(EXIT.usage, '--since takes 90d, 12h or a day like 2026-08-01')
    if (args.html !== undefined) assureFile(args.html)
    const { content, problems } = await readContent(sourcesFor({ rules: args.rules }))
    if (!content) throw new Exit(EXIT.found, problems.map(tellProblem).join('\n'))
    const told = await backtestOf(content, settingsHere(process.env), since)
    if (args.html !== undefined) {
      const { site, rulebook } = content
      writeFileSync(args.html, backtestPage(told, { site, units: rulebook.units }))
    }
    process.stdout.write(
      `${args.json ? JSON.stringify(printedBacktest(told), null, 2) : backtestText(told)}\n`,
    )
    return EXIT.fine
  },
})

/** Reading takes minutes: that the page cannot be written is told before. */
function assureFile(path: string): void {
  const folder = dirname(path)
  const isFolder = (one: string): boolean => statSync(one, { throwIfNoEntry: false })?.isDirectory() ?? false
  const wrong = (why: string): Exit => new Exit(EXIT.usage, `--html: ${why}`)
  if (isFolder(path)) throw wrong(`${path} is a folder`)
  if (!isFolder(folder)) throw wrong(`there is no folder ${folder}`)
  try {
    accessSync(existsSync(path) ? path : folder, constants.W_OK)
  } catch {
    throw wrong(`${path} cannot be written`)
  }
}

async function backtestOf(content: Content, config: Config, since: Date): Promise<Told> {
  const { units, rules, version } = content.rulebook
  const submissions = submissionsHere(config, content)
  const progress = createProgress(process.stderr, nodeClock)
  try {
    const past = await readPast(
      {
        desk: deskOf(config).desk,
        decide: createDecider(units, rules).decide,
        unitOf: (group) => unitOfGroup(units, group),
        factsOfOurs: submissions.facts,
        isOwnAlert: (first) => isAboutOwnAlert(first, config.publicUrl.hostname),
        looked: progress.looked,
      },
      since,
    )
    return { ...tally(past, rules, units), since, version }
  } finally {
    progress.end()
    submissions.close()
  }
}

/** Without a terminal, how many tickets pass between two lines. */
const TELL_EVERY = 200
const REDRAW_MS = SECOND_MS / 4

/** What a person who waits is told. */
interface Progress {
  readonly looked: () => void
  readonly end: () => void
}

export function createProgress(
  out: { readonly isTTY?: boolean; readonly write: (text: string) => unknown },
  clock: Clock,
): Progress {
  const startedAt = clock().getTime()
  let count = 0
  let drawnAt = 0
  const line = (): string => {
    const seconds = (clock().getTime() - startedAt) / SECOND_MS
    const rate = seconds > 0 ? `, ${Math.round(count / seconds)} a second` : ''
    return `${count} tickets read${rate}`
  }
  return {
    looked() {
      count += 1
      const now = clock().getTime()
      if (!out.isTTY) {
        if (count % TELL_EVERY === 0) out.write(`${line()}\n`)
      } else if (now - drawnAt >= REDRAW_MS) {
        drawnAt = now
        out.write(`\r${line()}\u001b[K`)
      }
    },
    end() {
      if (out.isTTY && count > 0) out.write(`\r${line()}\u001b[K\n`)
    },
  }
}
