import { NOON } from '../support/samples.ts'
import type { ClockRow, PromiseRow } from '../../src/clocks/records.ts'
import { ofTicket } from '../store/clock-samples.ts'
import { hours } from '../store/records.ts'
import { type Board, type BoardOptions, sectionOf, serveBoard, wordsOf } from './ops-served.ts'

/** The section of the tickets. */
export const LEFT = 'Tickets by time left'

/** A board with these promises, and the clocks of each. */
export async function withPromises(
  rows: readonly PromiseRow[],
  { clocks = [], ...options }: BoardOptions & { readonly clocks?: readonly ClockRow[] } = {},
): Promise<Board> {
  const board = await serveBoard(options)
  const { records } = board
  for (const row of rows) {
    const own = clocks.filter(({ subject }) => subject === row.id)
    await board.atomically([records.touch(row.subject, NOON), ...records.keep(row, own, 1)])
  }
  return board
}

/** Numbers of the tickets, in the order of their rows. */
export const numbersIn = (page: string, section = LEFT): readonly string[] =>
  [...sectionOf(page, section).matchAll(/<th scope="row">(.*?)<\/th>/g)].map(([, cell = '']) =>
    cell.replaceAll(/<[^>]+>/g, ''),
  )

export const headingOf = (page: string, section: string): string =>
  wordsOf(/<h2>(.*?)<\/h2>/.exec(sectionOf(page, section))?.[1] ?? '')

/** The address of a link in a part of the page, by its words. */
export const linkIn = (html: string, words: string): string =>
  [...html.matchAll(/<a [^>]*?href="([^"]*)"[^>]*>(.*?)<\/a>/g)]
    .find(([, , inner = '']) => wordsOf(inner) === words)?.[1]
    ?.replaceAll('&amp;', '&')
    .replace('/help/ops', '') ?? `no link ${words}`

/** Tickets of each kind, of which five have a clock. */
export const MIXED = [
  ofTicket(11, { running: { dueAt: hours(-1) }, unit: 'catalogue', form: 'upload-trouble' }),
  ofTicket(12, { running: { dueAt: hours(1) }, tag: 'promise-soon', unit: 'technical' }),
  ofTicket(13, { running: { dueAt: hours(2) }, tag: 'promise-soon', unit: null, form: 'question' }),
  ofTicket(14, { running: { dueAt: hours(30) }, unit: 'catalogue', form: 'question' }),
  ofTicket(15, { running: null, quietSince: hours(-6 * 24) }),
  ofTicket(16, { running: { dueAt: hours(31) }, quietSince: hours(-7 * 24) }),
]
