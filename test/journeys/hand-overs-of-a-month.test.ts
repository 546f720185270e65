import { expect, test } from 'vitest'
import { z } from 'zod'
import { BUNDLED } from '../../src/runtime/worker/bundled.ts'
import type { Source } from '../../src/sources/source.ts'
import { openTown, type Town } from '../support/town.ts'
import { OPS_TOKEN } from './relaying.ts'

const RULES = `rules:
  - name: catalogue words
    owner: catalogue
    when: { words: [catalogue] }
    then: { unit: catalogue }
    examples: { yes: [The catalogue is wrong] }
`

const rules: readonly Source[] = [
  ...BUNDLED.routing.filter(({ path }) => /(?:(?:units|promise)\.yaml|\.ics)$/.test(path)),
  { path: 'routing-rules/10-test.yaml', text: RULES },
]

const Made = z.object({ id: z.number() })
const Told = z.object({ hand_overs: z.number() })

/** A ticket that somebody writes in Zammad itself, which the rule sends from First Line to the catalogue. */
async function aRoutedTicket(town: Town): Promise<number> {
  const made = await town.agent.calls('POST', '/tickets', {
    title: 'A wrong entry in the catalogue',
    group: 'First Line support',
    customer: 'nicole.braun@zammad.org',
    article: { type: 'web', sender: 'Customer', body: 'A question in her own words.' },
  })
  await town.passes('10s', '10s')
  expect(await town.onlyTicket()).toMatchObject({ group: 'Catalogue' })
  return Made.parse(made).id
}

async function handOversOf(town: Town, month: string): Promise<number> {
  const answer = await town.service.app.request(`${town.publicUrl}/ops/api/report?month=${month}`, {
    headers: { Authorization: `Bearer ${OPS_TOKEN}` },
  })
  return Told.parse(await answer.json()).hand_overs
}

test.for(['up', 'dropped'] as const)(
  'hooks %s: a month’s hand-overs are people’s moves in it, and stay the same whatever is moved later',
  async (hooks) => {
    // A Thursday, four days before December.
    const opensAt = new Date('2026-11-26T11:00:00Z')
    const town = await openTown({ settings: { OPS_TOKEN }, opensAt, rules })
    await town.passes('2s')
    await town.fault({ hooks })
    const id = await aRoutedTicket(town)
    expect(await handOversOf(town, '2026-11')).toBe(0)

    await town.agent.changes(id, { group: 'Technical support' })
    await town.agent.changes(id, { group: 'Catalogue' })
    await town.passes('10s', '2m')
    expect(await handOversOf(town, '2026-11')).toBe(2)

    await town.passes('6d')
    expect(await handOversOf(town, '2026-12')).toBe(0)
    await town.agent.changes(id, { group: 'Dashboard' })
    await town.passes('10s', '2m')
    await town.agent.changes(id, { group: 'Technical support' })
    await town.passes('10s', '2m')
    expect(await handOversOf(town, '2026-11')).toBe(2)
    expect(await handOversOf(town, '2026-12')).toBe(2)
  },
)
