import { defineCommand } from 'citty'
import { checkLive, type LiveCheck, type LiveFinding } from '../bot/live-check.ts'
import { type Content, type ContentSources, readContent, tellProblem } from '../content.ts'
import { LANGUAGES } from '../language.ts'
import { lintRules, placeInUnits } from '../routing/lint.ts'
import { statedExamples } from '../routing/lint-examples.ts'
import type { Rulebook } from '../routing/rule.ts'
import { EXIT } from '../runtime/node/exit.ts'
import { deskOf } from '../furnish.ts'
import type { Problem } from '../sources/source.ts'
import { backtest } from './backtest.ts'
import { explain } from './explain.ts'
import { settingsHere } from './local.ts'
import { sourcesFor } from './rules-folder.ts'

/** What `routing check --json` prints a list of. */
interface Told extends Problem {
  readonly level: 'mistake' | 'warning'
}

const mistake = (problem: Problem): Told => ({ ...problem, level: 'mistake' })

const tell = (told: Told): string =>
  tellProblem(told.level === 'warning' ? { ...told, message: `warning: ${told.message}` } : told)

const check = defineCommand({
  meta: { name: 'check', description: 'Read the rules, run their examples, and print every mistake' },
  args: {
    live: { type: 'boolean', description: 'Compare them with the groups, agents and priorities in Zammad' },
    rules: { type: 'string', description: 'Folder of the rules; else ROUTING_DIR, else routing-rules' },
    forms: { type: 'string', description: 'Folder of the forms; else FORMS_DIR, else forms' },
    json: { type: 'boolean', description: 'Print a list of { path, line, message, level }' },
  },
  async run({ args }) {
    const sources = sourcesFor(args)
    const { content, problems } = await readContent(sources)
    const live = content && args.live ? await lookAtZammad(content.rulebook) : null
    const told = content
      ? [...lint(content, sources), ...(live?.findings ?? []).map(placed(content.rulebook, sources))]
      : problems.map(mistake)
    const isFine = told.every(({ level }) => level === 'warning')
    const lines = [
      ...told.map(tell),
      ...(live ? [agentsLine(live)] : []),
      ...(content && isFine ? [summary(content)] : []),
    ]
    process.stdout.write(`${args.json ? JSON.stringify(told, null, 2) : lines.join('\n')}\n`)
    return isFine ? EXIT.fine : EXIT.found
  },
})

const lint = ({ rulebook, forms }: Content, { routing }: ContentSources): readonly Told[] =>
  lintRules(rulebook, forms, routing).map(mistake)

const lookAtZammad = (rulebook: Rulebook): Promise<LiveCheck> =>
  checkLive(deskOf(settingsHere(process.env)).desk, rulebook)

/** Gives a finding the line of the unit or the rule that it is about. */
function placed({ rules, units }: Rulebook, { routing }: ContentSources): (finding: LiveFinding) => Told {
  const inUnits = placeInUnits(routing)
  return ({ about, words, level }) => {
    switch (about.what) {
      case 'unit': {
        const index = units.units.findIndex(({ id }) => id === about.id)
        return { ...inUnits(['units', index], `the unit ${about.id}: ${words}`), level }
      }
      case 'rule': {
        const { path = '', line = 1 } = rules.find(({ name }) => name === about.name) ?? {}
        return { path, line, message: `“${about.name}”: ${words}`, level }
      }
      case 'urgent':
        return { ...inUnits(['urgent'], `urgent: ${words}`), level }
    }
  }
}

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`

const agentsLine = ({ agents }: LiveCheck): string =>
  `in Zammad: ${agents.map(({ group, count }) => `${group} has ${counted(count, 'agent')}`).join(', ')}`

/** `41 rules, 168 examples (84 in en, 80 in es), 7 units: no mistakes` */
function summary({ rulebook }: Content): string {
  const examples = statedExamples(rulebook)
  const byLanguage = LANGUAGES.map((language) => ({
    language,
    count: examples.filter(({ example }) => example.facts.language === language).length,
  })).filter(({ count }) => count > 0)
  const told = byLanguage.map(({ language, count }) => `${count} in ${language}`).join(', ')
  const parts = [
    counted(rulebook.rules.length, 'rule'),
    `${counted(examples.length, 'example')}${told === '' ? '' : ` (${told})`}`,
    counted(rulebook.units.units.length, 'unit'),
  ]
  return `${parts.join(', ')}: no mistakes`
}

export const routing = defineCommand({
  meta: { name: 'routing', description: 'Look after the routing rules' },
  subCommands: { check, explain, backtest },
})
