import { type CompiledCondition, compileCondition } from './compile.ts'
import type { Facts } from './facts.ts'
import { prepare, type Prepared } from './prepare.ts'
import type { Considered, Decider, Decision, Rule } from './rule.ts'
import type { Units } from './units.ts'

interface Entry {
  readonly rule: string
  readonly condition: CompiledCondition
  readonly outcome: Omit<Decision, 'because'>
}

function entryOf(rule: Rule, units: Units): Entry {
  const unit = units.units.find(({ id }) => id === rule.unit)
  const isDefault = rule.unit === units.defaultUnit
  const mode = isDefault ? 'assign' : (rule.mode ?? unit?.mode ?? 'assign')
  return {
    rule: rule.name,
    condition: compileCondition(rule.when),
    outcome: {
      unit: rule.unit,
      rule: rule.name,
      priority: rule.priority,
      tags: mode === 'suggest' ? [...rule.tags, `suggest-${rule.unit}`] : rule.tags,
      mode,
    },
  }
}

/**
 * Makes the rules ready once; first match wins, and what no rule matches is the default unit's. A rule to the default
 * unit always assigns, as the ticket is there anyway.
 */
export function createDecider(units: Units, rules: readonly Rule[]): Decider {
  const entries = rules.map((rule) => entryOf(rule, units))
  const noRule: Decision = {
    unit: units.defaultUnit,
    rule: null,
    priority: null,
    tags: [],
    mode: 'assign',
    because: 'no rule matched',
  }

  function walk(prepared: Prepared, passed: (entry: Entry) => void): Decision {
    for (const entry of entries) {
      if (entry.condition.holds(prepared)) {
        return { ...entry.outcome, because: entry.condition.because(prepared) }
      }
      passed(entry)
    }
    return noRule
  }

  return {
    decide: (facts: Facts) => walk(prepare(facts), () => undefined),
    explain(facts: Facts) {
      const prepared = prepare(facts)
      const considered: Considered[] = []
      const decision = walk(prepared, ({ rule, condition }) => {
        considered.push({ rule, matched: false, because: condition.because(prepared) })
      })
      if (decision.rule !== null) {
        considered.push({ rule: decision.rule, matched: true, because: decision.because })
      }
      return { ...decision, considered }
    },
  }
}
