import { expect, test } from 'vitest'
import { playScenario, readPolicies, readScenarios } from './golden/scenario.ts'

const policies = readPolicies()
const scenarios = readScenarios('scenarios.txt')

test.for(scenarios)('$name', (scenario) => {
  const policy = policies.get(scenario.policy)
  if (!policy) throw new Error(`no policy is called ${scenario.policy}`)
  const { actual, expected } = playScenario(scenario, policy)
  expect(actual).toEqual(expected)
})

test('the table holds at least 200 scenarios, each of a name of its own', () => {
  expect(scenarios.length).toBeGreaterThanOrEqual(200)
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length)
})

test('every policy is used', () => {
  expect(new Set(scenarios.map(({ policy }) => policy))).toEqual(new Set(policies.keys()))
})
