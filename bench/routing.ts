import { createDecider } from '../src/routing/decide.ts'
import type { Facts } from '../src/routing/facts.ts'
import { fold } from '../src/routing/folding.ts'
import type { Condition, Rule } from '../src/routing/rule.ts'
import type { Units } from '../src/routing/units.ts'

const ROUNDS = 5

/** Milliseconds of CPU that this thread has had: what else the machine does is not measured. */
const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** How often a second of CPU `act` is done: the best of some rounds, after one to warm up. */
function rate(act: () => void, forMs = 100): number {
  let best = 0
  for (let round = 0; round <= ROUNDS; round += 1) {
    const start = cpuMs()
    let done = 0
    while (cpuMs() - start < forMs) {
      act()
      done += 1
    }
    if (round > 0) best = Math.max(best, (done / (cpuMs() - start)) * 1000)
  }
  return best
}

const unit = (id: string): Units['units'][number] => ({
  id,
  name: { en: id },
  group: id,
  mail: null,
  fallback: null,
  mode: 'assign',
  onArrival: 'none',
  calendar: null,
  notify: [],
  duty: [],
})

const UNITS: Units = {
  defaultUnit: 'first-line',
  units: [unit('first-line'), unit('technical')],
  urgent: '3 high',
  unroutedAfterMs: 0,
}

/** What a plain loop would be written over: one form, and words to look for. */
interface Line {
  readonly form: string
  readonly words: readonly string[]
}

const linesOf = (count: number): readonly Line[] =>
  Array.from({ length: count }, (_, n) => ({
    form: `form-${n}`,
    words: [`subject${n}`, `provider${n} search`, `conjunto${n} de datos`, `mapping${n}`],
  }))

const ruleOf = (name: string, when: Condition): Rule => ({
  name,
  owner: 'technical',
  when,
  unit: 'technical',
  priority: null,
  tags: [],
  mode: null,
  examples: { yes: [], no: [] },
  path: 'bench.yaml',
  line: 1,
})

const ruleFrom = ({ form, words }: Line): Rule =>
  ruleOf(form, {
    kind: 'any',
    of: [
      { kind: 'is', subject: 'form', values: [form] },
      { kind: 'words', subject: 'text', phrases: words },
    ],
  })

const TEXT =
  'Since Monday the upload of our second batch stops at forty per cent, every time at the same study. We have tried another browser and another network, and the log says that the connection was closed by the other side. Could somebody look at it, please? '

const factsWith = (body: string): Facts => ({
  source: 'web-form',
  form: 'general-question',
  answers: { topic: 'upload' },
  title: 'The upload stops',
  body,
  language: 'en',
  domain: 'hospital.example',
  organisation: 'Hospital',
  at: new Date('2026-01-07T12:00:00Z'),
})

/** The least that routing could be: every rule, its form compared, its words looked for as they stand. */
function plainLoop(lines: readonly Line[], facts: Facts): string | null {
  const [title, body] = [fold(facts.title), fold(facts.body)]
  for (const { form, words } of lines) {
    if (facts.form === form) return form
    for (const word of words) if (title.includes(word) || body.includes(word)) return form
  }
  return null
}

const perSecond = (count: number): string => Math.round(count).toLocaleString('en').padStart(11)

console.log('decisions a second; no rule matches, so that all are asked; four phrases and a form each')
console.log('  rules   Firstline   plain loop   ratio   µs a rule')
const usual = factsWith(TEXT.repeat(3))
const cost: number[] = []
for (const count of [10, 100, 1000]) {
  const lines = linesOf(count)
  const { decide } = createDecider(UNITS, lines.map(ruleFrom))
  if (decide(usual).rule !== null || plainLoop(lines, usual) !== null) throw new Error('a rule matched')
  const ours = rate(() => decide(usual))
  const plain = rate(() => plainLoop(lines, usual))
  cost.push(1e6 / ours)
  const ratio = (ours / plain).toFixed(2).padStart(7)
  const each = (1e6 / ours / count).toFixed(2).padStart(11)
  console.log(`${String(count).padStart(7)} ${perSecond(ours)}  ${perSecond(plain)} ${ratio} ${each}`)
}
const growth = (cost[2] ?? NaN) / (cost[1] ?? NaN)
console.log(`ten times the rules, from 100 to 1,000: ${growth.toFixed(1)} times the time (linear is 10)`)

const texts: readonly (readonly [string, string])[] = [
  ['8 kB', TEXT.repeat(34).slice(0, 8192)],
  ['100 kB', TEXT.repeat(420)],
  ['aaa…', 'a'.repeat(100_000)],
  ['a a a…', 'a '.repeat(50_000)],
  ['no word twice', Array.from({ length: 25_000 }, (_, n) => n.toString(36)).join(' ')],
  ['only marks', `a${'\u0301'.repeat(100_000)}`],
  ['ligatures', '\ufdfa'.repeat(100_000)],
]
const body = 'body'
const conditions: readonly (readonly [string, Condition])[] = [
  [
    'four phrases',
    { kind: 'words', subject: body, phrases: ['a a a a b*', 'upload fails', 'provid*', 'z* b*'] },
  ],
  ...[
    'federat\\w+ (search|explorer)!',
    '(a+)+!$',
    '(a|aa)+!$',
    '(.*)(.*)(.*)x!',
    '(a?){60}a{60}!',
    'a.{200}!',
  ].map((pattern) => [pattern, { kind: 'matches', subject: body, pattern }] as const),
]

const COLD = 10

/** Milliseconds of one decision: when it is one of many, and when it is a decider's first. */
function costs(when: Condition, facts: Facts): { readonly warm: number; readonly cold: number } {
  const { decide } = createDecider(UNITS, [ruleOf('one', when)])
  if (decide(facts).rule !== null) throw new Error('a rule matched')
  const warm = 1000 / rate(() => decide(facts), 20)
  const deciders = Array.from({ length: COLD }, () => createDecider(UNITS, [ruleOf('one', when)]))
  const start = cpuMs()
  for (const one of deciders) one.decide(facts)
  return { warm, cold: (cpuMs() - start) / COLD }
}

const cell = (words: string): string => words.padStart(15)
console.log('\nmilliseconds of one decision: one of many, and the first; all texts but the first have 100 kB')
console.log(`${' '.repeat(30)}${texts.map(([which]) => cell(which)).join('')}`)
for (const [what, when] of conditions) {
  const cells = texts.map(([, text]) => {
    // Without the ! in front, a pattern that needs one would not even be tried.
    const { warm, cold } = costs(when, factsWith(`! ${text}`))
    return cell(`${warm.toFixed(2)} ${cold.toFixed(1).padStart(5)}`)
  })
  console.log(`${what.padEnd(30)}${cells.join('')}`)
}
