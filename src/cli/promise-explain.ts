import { defineCommand } from 'citty'
import { createExplain } from '../clocks/explaining.ts'
import { EXIT, Exit } from '../runtime/node/exit.ts'
import { reckonerHere } from './reckoner-here.ts'
import { problemOf, serviceAt, unreachable, where } from './running-service.ts'

const unknown = (ticket: string): Exit =>
  new Exit(
    EXIT.found,
    `Nothing is known of a ticket with the number, or a request with the reference ${ticket}.`,
  )

async function explainHere(ticket: string, json: boolean): Promise<string> {
  const here = await reckonerHere()
  try {
    const explained = await createExplain(here)(ticket)
    if (!explained) throw unknown(ticket)
    return json ? JSON.stringify(explained.json, null, 2) : explained.lines.join('\n')
  } finally {
    here.close()
  }
}

async function explainAt(url: string, ticket: string, json: boolean): Promise<string> {
  try {
    const path = `/promises/${encodeURIComponent(ticket)}${json ? '' : '?format=text'}`
    const told = await serviceAt(url)(path)
    return typeof told === 'string' ? told : JSON.stringify(told, null, 2)
  } catch (error) {
    if (error instanceof Exit) throw error
    if (problemOf(error) === 'about:firstline/unknown-ticket') throw unknown(ticket)
    throw unreachable(error)
  }
}

/** Prints the ledger of a ticket's clocks; only reads, and asks Zammad nothing. */
export const explain = defineCommand({
  meta: { name: 'explain', description: 'Print what the promise of a ticket comes to, line by line' },
  args: {
    ticket: {
      type: 'positional',
      required: true,
      description: 'Number of a ticket, or the reference that the visitor was told',
    },
    json: { type: 'boolean', description: 'Print { due_at, level, outcome, segments, clocks }' },
    ...where,
  },
  async run({ args: { ticket, json = false, url } }) {
    const told = await (url ? explainAt(url, ticket, json) : explainHere(ticket, json))
    process.stdout.write(`${told}\n`)
    return EXIT.fine
  },
})
