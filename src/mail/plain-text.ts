import { manyLines } from '../forms/clean-text.ts'
import type { Entry, Wording } from './wording.ts'

/** A line that mail programs take for the beginning of a signature, behind which they hide everything. */
const SIGNATURE = /^-- $/gm

function ending({ answer, link, closing, facts }: Wording): readonly string[] {
  const told = facts.map(({ name, value }) => `${name}: ${value}`)
  return [
    ...(told.length > 0 ? [told.join('\n')] : []),
    ...(closing === null ? [] : [closing]),
    // Where the first line says to answer on the page, the page is named there.
    ...(link && answer === null ? [`${link.label}:\n${link.url}`] : []),
  ]
}

const entryText = ({ name, what, lines, links }: Entry): string =>
  [
    name === null ? what : `${name}: ${what}`,
    ...lines.map((each) => `  ${each}`),
    ...links.map(({ label, url }) => `  ${label}: ${url}`),
  ].join('\n')

function lists({ lists: all }: Wording): readonly string[] {
  return all.flatMap(({ title, entries }) => [title.toUpperCase(), ...entries.map(entryText)])
}

/** The words as plain text, written for people who read mail that way. */
export function plainText(wording: Wording): string {
  const { answer, link, links, heading, lead, content, sections, aside, foot, site } = wording
  const written = content ? manyLines(content.text).replace(SIGNATURE, '--') : ''
  const blocks = [
    ...(answer === null ? [] : [link ? `${answer}\n${link.url}` : answer]),
    content ? `${heading}\n${lead}` : `${heading}. ${lead}`,
    ...(written === '' ? [] : [written]),
    ...links.map(({ label, url }) => `${label}\n${url}`),
    ...ending(wording),
    ...lists(wording),
    ...sections.map(({ title, lines }) => [title, ...lines.map((each) => `- ${each}`)].join('\n')),
    ...(aside ? [`${aside.text}\n${aside.link.label}: ${aside.link.url}`] : []),
    foot,
    `-- \n${site}`,
  ]
  return `${blocks.join('\n\n')}\n`
}
