import { defineCommand } from 'citty'
import { z } from 'zod'
import { createDrift } from '../clocks/drift.ts'
import { Failure } from '../failure.ts'
import { deskOf } from '../furnish.ts'
import { driftPageJson, DriftPageJson } from '../http/promise-api.ts'
import { EXIT } from '../runtime/node/exit.ts'
import { reckonerHere } from './reckoner-here.ts'
import { detailOf, problemOf, serviceAt, unreachable, where } from './running-service.ts'

/** Tickets that are read between two words on how far it is. */
const PAGE = 20

type Page = z.infer<typeof DriftPageJson>
type ReadPage = (behind: string | null) => Promise<Page>

/** What all pages come to. */
interface Found {
  readonly compared: number
  readonly timed: number
  readonly outOfSight: number
  readonly tickets: Page['tickets']
}

async function readAll(read: ReadPage): Promise<Found> {
  const tickets: Page['tickets'] = []
  let [compared, timed, outOfSight] = [0, 0, 0]
  let behind: string | null = null
  do {
    const page: Page = await read(behind)
    compared += page.compared
    timed += page.timed
    outOfSight += page.out_of_sight
    tickets.push(...page.tickets)
    behind = page.next
    process.stderr.write(`${compared + outOfSight} tickets read\n`)
  } while (behind !== null)
  return { compared, timed, outOfSight, tickets }
}

async function driftHere(): Promise<Found> {
  const here = await reckonerHere()
  try {
    const read = createDrift({ ...here, desk: deskOf(here.config).desk })
    return await readAll(async (behind) => driftPageJson(await read(behind, PAGE)))
  } finally {
    here.close()
  }
}

function driftAt(url: string): Promise<Found> {
  const ask = serviceAt(url)
  return readAll(async (behind) => {
    try {
      return DriftPageJson.parse(
        await ask(`/promises/drift${behind === null ? '' : `?behind=${encodeURIComponent(behind)}`}`),
      )
    } catch (error) {
      if (problemOf(error) === 'about:firstline/desk-unreachable') {
        throw new Failure('unavailable', detailOf(error))
      }
      throw error instanceof z.ZodError ? error : unreachable(error)
    }
  })
}

const WHY: Readonly<Record<Page['tickets'][number]['because'], string>> = {
  'other-time': 'another time',
  paused: 'ours stands still, Zammad’s does not',
  pending: 'Zammad has none while the ticket is pending',
  answered: 'Zammad has none: by its own rule the first answer was given',
  'no-sla': 'Zammad has none: no SLA fits the ticket, or it counts a first answer that we do not',
}

const NO_SLA =
  'Zammad has no time of its own for any of them: it has no SLA for first answers, or none that fits.'

/** How far Zammad's is from ours, as "+61 min". */
function apart({ due_at: ours, zammad_at: theirs }: Page['tickets'][number]): string {
  if (ours === null || theirs === null) return ''
  const minutes = Math.round((Date.parse(theirs) - Date.parse(ours)) / 60_000)
  return ` (${minutes > 0 ? '+' : ''}${minutes} min)`
}

function text({ compared, timed, outOfSight, tickets }: Found): string {
  const unseen = outOfSight === 0 ? '' : ` ${outOfSight} cannot be read by the bot.`
  if (compared === 0) return `No ticket with a running clock was compared.${unseen}`
  if (timed === 0) return `${compared} compared.${unseen} ${NO_SLA}`
  return [
    ...tickets.map((one) =>
      [
        one.number,
        `ours ${one.due_at ?? 'none'}`,
        `Zammad’s ${one.zammad_at ?? 'none'}`,
        WHY[one.because] + apart(one),
      ].join('  '),
    ),
    `${compared} compared, ${tickets.length} differ.${unseen}`,
  ].join('\n')
}

/** Lists the tickets whose own time in Zammad is not ours; only reads. */
export const drift = defineCommand({
  meta: { name: 'drift', description: 'List tickets whose own time in Zammad differs from the promise' },
  args: {
    json: { type: 'boolean', description: 'Print { compared, timed, out_of_sight, tickets }' },
    ...where,
  },
  async run({ args: { json, url } }) {
    const found = await (url ? driftAt(url) : driftHere())
    const { compared, timed, outOfSight } = found
    // Without any SLA there is nothing that could differ.
    const tickets = timed === 0 ? [] : found.tickets
    const told = json
      ? JSON.stringify({ compared, timed, out_of_sight: outOfSight, tickets }, null, 2)
      : text({ ...found, tickets })
    process.stdout.write(`${told}\n`)
    return tickets.length > 0 ? EXIT.found : EXIT.fine
  },
})
