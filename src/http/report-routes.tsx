import { type Context, Hono } from 'hono'
import type { Reported } from '../clocks/report.ts'
import { inLanguage } from '../language.ts'
import { reportCsv } from '../promise/report-csv.ts'
import { reportJson } from '../promise/report-json.ts'
import { type AskedRange, isoDay, readRange } from '../promise/report-range.ts'
import { reportText } from '../promise/report-text.ts'
import type { Names } from '../promise/report-words.ts'
import { unitName } from '../routing/explanation.ts'
import type { Addresses } from './addresses.ts'
import { isBearer } from './bearer.ts'
import type { HttpDeps } from './deps.ts'
import { ReportControls } from './pages/report-controls.tsx'
import { reportPage, reportStyle } from './pages/report.tsx'
import { problem } from './problem.ts'
import type { PlaceDeps } from './speaking.ts'
import { type StaffPage, staffDoor } from './staff-door.tsx'
import { staffSession } from './staff-session.ts'

export type ReportDeps = PlaceDeps &
  Pick<HttpDeps, 'staff' | 'publicUrl' | 'clock' | 'timeZone' | 'units' | 'forms' | 'report'>

/** What a report is asked for as; what anybody typed is never longer than this. */
const MOST_TYPED = 40

const typedIn = (c: Context, name: string): string => (c.req.query(name) ?? '').slice(0, MOST_TYPED)

const askedIn = (c: Context): AskedRange => ({
  month: typedIn(c, 'month'),
  from: typedIn(c, 'from'),
  to: typedIn(c, 'to'),
})

/** The page that was asked for, wrong days included: the page itself says what is wrong with them. */
function askedPage(c: Context): StaffPage {
  const typed = ['month', 'from', 'to', 'format']
    .map((name) => [name, typedIn(c, name)])
    .filter(([, text]) => text !== '')
  const search = typed.length === 0 ? '' : `?${new URLSearchParams(typed).toString()}`
  return { path: '/ops/report', search }
}

/** How the units and forms of this desk are called, as staff read it. */
export function reportNames({ units, forms }: Pick<HttpDeps, 'units' | 'forms'>): Names {
  const titles = new Map(forms.map(({ id, title }) => [id, inLanguage(title, 'en')]))
  const inForce = units()
  return {
    unit: (id) => (id === null ? 'No unit’s group' : unitName(inForce, id)),
    form: (id) => (id === null ? 'Opened in Zammad' : (titles.get(id) ?? id)),
  }
}

/** The report on the promise: a page of the staff board, and what the command line asks for. */
export function reportRoutes(deps: ReportDeps, addresses: Addresses): Hono {
  const app = new Hono()
  const { staff } = deps
  if (!staff) return app
  const door = staffDoor(deps, staff, addresses)
  app.get('/ops/report', async (c) =>
    (await staffSession(c, staff)) === null ? door.ask(c, askedPage(c)) : boardAnswer(c, deps, addresses),
  )
  app.post('/ops/report', (c) => door.enter(c, askedPage(c)))
  app.get('/ops/api/report', async (c) => {
    if (!(await isBearer(c, staff))) {
      return problem(c, 401, 'unauthorized', 'Send OPS_TOKEN as a bearer token.')
    }
    const { range, wrong } = readRange(askedIn(c), { zone: deps.timeZone, now: deps.clock() })
    if (range === null) {
      return problem(c, 422, 'invalid', wrong.message, [{ field: wrong.field, message: wrong.message }])
    }
    return answerAs(c, deps, await deps.report(range))
  })
  return app
}

/** The report in the form that `format` names: `csv`, `html`, `text`, else JSON. */
function answerAs(c: Context, deps: ReportDeps, { report, clocks }: Reported): Response {
  const { range, asOf } = report
  switch (c.req.query('format')) {
    case 'csv': {
      c.header('Content-Disposition', `attachment; filename="${fileName(report.range)}.csv"`)
      return c.body(reportCsv(clocks, { range, now: asOf }), 200, {
        'Content-Type': 'text/csv; charset=utf-8',
      })
    }
    case 'html':
      return c.html(reportPage({ report, ...aboutDesk(deps) }))
    case 'text':
      return c.text(reportText(report, reportNames(deps)))
    default:
      return c.json(reportJson(report))
  }
}

const fileName = ({ firstDay, lastDay }: { readonly firstDay: number; readonly lastDay: number }): string =>
  `promise-${isoDay(firstDay)}-to-${isoDay(lastDay)}`

const aboutDesk = (deps: ReportDeps) => ({
  names: reportNames(deps),
  accent: deps.site.accent,
  desk: inLanguage(deps.site.name, 'en'),
})

/** The page for staff: what was asked for stays in its form, also where it cannot be reported. */
async function boardAnswer(c: Context, deps: ReportDeps, addresses: Addresses): Promise<Response> {
  const asked = askedIn(c)
  const { range, wrong } = readRange(asked, { zone: deps.timeZone, now: deps.clock() })
  const told = range === null ? null : await deps.report(range)
  if (told !== null && ['csv', 'json'].includes(c.req.query('format') ?? '')) return answerAs(c, deps, told)
  const { accent } = deps.site
  // The page's style stands in it, so that it may be kept or mailed as it is.
  c.header('Content-Security-Policy', await policyFor(reportStyle(accent)))
  const page = reportPage({
    report: told?.report ?? null,
    ...aboutDesk(deps),
    controls: (
      <ReportControls
        board={addresses.path('/ops')}
        action={addresses.path('/ops/report')}
        asked={asked}
        range={range}
        wrong={wrong}
        now={deps.clock()}
        zone={deps.timeZone}
      />
    ),
  })
  return c.html(page, wrong === null ? 200 : 422)
}

/** What the page may do: have its own style, and send its form. */
async function policyFor(style: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style))
  const hash = btoa(String.fromCharCode(...new Uint8Array(digest)))
  return [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    'img-src data:',
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
