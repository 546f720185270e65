import { defineCommand } from 'citty'
import { createReporter } from '../clocks/report.ts'
import { createStores } from '../furnish.ts'
import { reportNames } from '../http/report-routes.tsx'
import { reportPage } from '../http/pages/report.tsx'
import { inLanguage } from '../language.ts'
import { reportCsv } from '../promise/report-csv.ts'
import { reportJson } from '../promise/report-json.ts'
import { type AskedRange, readRange, type WrongRange } from '../promise/report-range.ts'
import { reportText } from '../promise/report-text.ts'
import { EXIT, Exit } from '../runtime/node/exit.ts'
import { contentOf, nodeClock } from '../runtime/node/serve.ts'
import { openHere, settingsHere } from './local.ts'
import { detailOf, problemOf, serviceAt, unreachable, where } from './running-service.ts'

type Format = 'text' | 'csv' | 'json' | 'html'

const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/** What is wrong, with the option that it is about. */
const wrongUsage = ({ field, message }: WrongRange): Exit => new Exit(EXIT.usage, `--${field}: ${message}`)

async function reportHere(asked: AskedRange, format: Format): Promise<string> {
  const config = settingsHere(process.env)
  const { site, forms, rulebook } = await contentOf(config)
  const now = nodeClock()
  const { range, wrong } = readRange(asked, { zone: config.timeZone ?? site.timeZone, now })
  if (range === null) throw wrongUsage(wrong)
  const db = openHere(config)
  try {
    const { report, clocks } = await createReporter({ ...createStores(db), clock: () => now })(range)
    const names = reportNames({ forms, units: () => rulebook.units })
    switch (format) {
      case 'csv':
        return reportCsv(clocks, { range, now })
      case 'json':
        return asJson(reportJson(report))
      case 'html':
        return reportPage({ report, names, accent: site.accent, desk: inLanguage(site.name, 'en') })
      case 'text':
        return `${reportText(report, names)}\n`
    }
  } finally {
    db.close()
  }
}

async function reportAt(url: string, asked: AskedRange, format: Format): Promise<string> {
  const given = Object.entries(asked).filter(([, value]) => value !== undefined && value !== '')
  const query = new URLSearchParams([...given, ['format', format]] as [string, string][])
  try {
    const told = await serviceAt(url)(`/report?${query}`)
    if (typeof told !== 'string') return asJson(told)
    return format === 'text' ? `${told}\n` : told
  } catch (error) {
    if (error instanceof Exit) throw error
    if (problemOf(error) === 'about:firstline/invalid') throw new Exit(EXIT.usage, detailOf(error))
    throw unreachable(error)
  }
}

/** Says how the promise was kept in a month or in any days; only reads. */
export const report = defineCommand({
  meta: { name: 'report', description: 'Say how the promise was kept in a month, or in any days' },
  args: {
    month: { type: 'string', description: 'A month like 2026-10; without any of these: the present one' },
    from: { type: 'string', description: 'The first day, like 2026-10-05' },
    to: { type: 'string', description: 'The last day, which is in the report; else today' },
    csv: { type: 'boolean', description: 'Print one line for each clock, as CSV' },
    json: { type: 'boolean', description: 'Print JSON' },
    html: { type: 'boolean', description: 'Print a page that needs nothing beside itself' },
    ...where,
  },
  async run({ args }) {
    const { month, from, to, url } = args
    const formats = (['csv', 'json', 'html'] as const).filter((one) => args[one])
    if (formats.length > 1) throw new Exit(EXIT.usage, 'Choose one of --csv, --json and --html')
    const asked = { month, from, to }
    const format = formats[0] ?? 'text'
    process.stdout.write(await (url ? reportAt(url, asked, format) : reportHere(asked, format)))
    return EXIT.fine
  },
})
