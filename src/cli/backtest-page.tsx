import type { JSX } from 'hono/jsx/jsx-runtime'
import { raw } from 'hono/html'
import type { Site } from '../forms/form.ts'
import { renderPage } from '../http/pages/layout.tsx'
import { styleSheet } from '../http/pages/style.css.ts'
import { unitName } from '../routing/explanation.ts'
import { precision, share } from '../routing/backtest.ts'
import type { Units } from '../routing/units.ts'
import { byTextOnlyWords, leftOutOf, percent, type Told } from './backtest-text.ts'

const CSS = `
table{min-width:0;width:auto}
thead th{background:var(--ground);vertical-align:bottom}
td{text-align:end}
.text{text-align:start;min-width:9rem}
.confusion td,.confusion thead th{min-width:4.5rem}
.none{color:var(--soft)}
.same{font-weight:700;color:var(--good);box-shadow:inset 0 0 0 1px var(--good)}
tfoot td,tfoot th{font-weight:650}
.soft{max-width:62ch}
.scroll{padding:3px}
@media print{.scroll{overflow:visible}}
`.replaceAll('\n', '')

interface PartProps {
  readonly told: Told
  /** A unit's name as staff read it. */
  readonly name: (unit: string) => string
}

interface TableProps {
  readonly id: string
  readonly title: string
  /** What the table holds. */
  readonly about: string
  readonly class?: string
  readonly children: JSX.Element | JSX.Element[]
}

/** A table under its heading. Where it is wider than a phone it scrolls by itself, also by keyboard. */
function Table({ id, title, about, children, ...more }: TableProps): JSX.Element {
  return (
    <section>
      <h2 id={id}>{title}</h2>
      <p class="soft" id={`${id}-about`}>
        {about}
      </p>
      <div class="scroll" role="region" aria-labelledby={id} tabindex={0}>
        <table class={more.class} aria-labelledby={id} aria-describedby={`${id}-about`}>
          {children}
        </table>
      </div>
    </section>
  )
}

function Summary({ told }: { readonly told: Told }): JSX.Element {
  const { agreed, tickets, suggested, untouched, version, since } = told
  const left = leftOutOf(told)
  const byTextOnly = byTextOnlyWords(told)
  return (
    <dl class="facts pairs">
      <dt>Tickets made since</dt>
      <dd>
        <time datetime={since.toISOString()}>{since.toISOString().slice(0, 16).replace('T', ' ')} UTC</time>
      </dd>
      <dt>Version of the rules</dt>
      <dd>{version}</dd>
      <dt>Tickets decided</dt>
      <dd>{tickets}</dd>
      <dt>Ended where the rules would send them</dt>
      <dd>
        {agreed} ({percent(share(agreed, tickets))})
      </dd>
      <dt>Of all, only suggested</dt>
      <dd>{suggested}</dd>
      <dt>Of all, still open and untouched</dt>
      <dd>{untouched}</dd>
      {byTextOnly === null ? null : (
        <>
          <dt>Answers missing</dt>
          <dd>{byTextOnly}</dd>
        </>
      )}
      <dt>Left out</dt>
      <dd>{left.length === 0 ? 'none' : left.map(([number, why]) => `${number} ${why}`).join(', ')}</dd>
    </dl>
  )
}

function Confusion({ told, name }: PartProps): JSX.Element {
  const { units, rows, tickets } = told
  const all = (unit: string): number => rows.reduce((sum, { said }) => sum + (said.get(unit) ?? 0), 0)
  return (
    <Table
      id="confusion"
      title="Where tickets ended, and where the rules would send them"
      about="Each row is the unit that a ticket ended in, each column the unit that the rules say. Where the two are the same, the number is framed."
      class="confusion"
    >
      <thead>
        <tr>
          <th scope="col">Ended in</th>
          {units.map((unit) => (
            <th scope="col">{name(unit)}</th>
          ))}
          <th scope="col">All</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ unit, group, said, total }) => (
          <tr>
            <th scope="row">{unit === null ? `${group} (no unit)` : name(unit)}</th>
            {units.map((column) => {
              const number = said.get(column) ?? 0
              return <td class={column === unit ? 'same' : number === 0 ? 'none' : undefined}>{number}</td>
            })}
            <td>{total}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">All</th>
          {units.map((unit) => (
            <td>{all(unit)}</td>
          ))}
          <td>{tickets}</td>
        </tr>
      </tfoot>
    </Table>
  )
}

function Rules({ told, name }: PartProps): JSX.Element {
  return (
    <Table
      id="rules"
      title="Rule by rule"
      about="Precision is the part of a rule’s tickets that ended in its unit; those that are still open and untouched are left out of it. Kept and moved count the tickets that Firstline had put somewhere: closed there or moved to the rule’s unit, or moved elsewhere."
    >
      <thead>
        <tr>
          <th scope="col">Rule</th>
          <th scope="col">Unit</th>
          <th scope="col">Took</th>
          <th scope="col">Still untouched</th>
          <th scope="col">Ended there</th>
          <th scope="col">Precision</th>
          <th scope="col">Only suggested</th>
          <th scope="col">Kept</th>
          <th scope="col">Moved by hand</th>
        </tr>
      </thead>
      <tbody>
        {told.rules.map((row) => (
          <tr>
            <th scope="row">{row.rule ?? '(no rule)'}</th>
            <td class="text">{name(row.unit)}</td>
            <td>{row.took}</td>
            <td>{row.untouched}</td>
            <td>{row.ended}</td>
            <td>{percent(precision(row))}</td>
            <td>{row.suggested}</td>
            <td>{row.kept}</td>
            <td>{row.moved}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}

function Moved({ told, name }: PartProps): JSX.Element {
  const { moved } = told
  if (moved.length === 0) {
    return (
      <section>
        <h2>Moved by people</h2>
        <p>None of these tickets was moved by hand.</p>
      </section>
    )
  }
  return (
    <Table
      id="moved"
      title="Moved by people"
      about={`Tickets whose group people changed (${moved.length}), oldest first, with what the rules say about them now.`}
    >
      <thead>
        <tr>
          <th scope="col">Number</th>
          <th scope="col">From group</th>
          <th scope="col">To groups</th>
          <th scope="col">The rules say</th>
          <th scope="col">By rule</th>
        </tr>
      </thead>
      <tbody>
        {moved.map(({ number, from, to, says }) => (
          <tr>
            <th scope="row">{number}</th>
            <td class="text">{from}</td>
            <td class="text">{to.join(' → ')}</td>
            <td class="text">{`${name(says.unit)}${says.mode === 'suggest' ? ' (suggested)' : ''}`}</td>
            <td class="text">{says.rule ?? '(no rule)'}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}

/** A backtest as a page that needs nothing beside itself; staff read it in English. */
export function backtestPage(
  told: Told,
  { site, units }: { readonly site: Pick<Site, 'accent'>; readonly units: Units },
): string {
  const name = (unit: string): string => unitName(units, unit)
  return renderPage(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>Backtest of the routing rules</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <style>{raw(styleSheet(site.accent) + CSS)}</style>
      </head>
      <body>
        <main class="column wide">
          <h1>Backtest of the routing rules</h1>
          <Summary told={told} />
          <Confusion told={told} name={name} />
          <Rules told={told} name={name} />
          <Moved told={told} name={name} />
        </main>
      </body>
    </html>,
  )
}
