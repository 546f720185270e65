import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SANDBOX_TOKENS } from '../../src/sandbox/sandbox.ts'
import { SANDBOX_WORLD, type World } from '../../src/sandbox/zammad/world.ts'
import { createSandboxZammad } from '../../src/sandbox/zammad/zammad.ts'
import { mountZammad, ZAMMAD_URL } from '../support/network.ts'
import { NOON, seeded } from '../support/samples.ts'
import { aFolder, type Settings } from './command.ts'

const UNITS = `default: first-line
units:
  - { id: first-line, name: { en: First Line, es: Primera línea }, group: First Line support }
  - { id: nodes, name: { en: Nodes, es: Nodos }, group: Reference nodes, fallback: first-line }
`
const PROMISE = 'target: 48h\nlevels: [{ at: 100%, to: [unit] }]\n'

const RULES = `rules:
  - name: upload to UPV
    owner: nodes
    when: { form: upload-trouble, answer: { node: upv } }
    then: { unit: nodes, priority: 3 high, tags: [upload] }
    examples:
      yes:
        - { form: upload-trouble, language: es, answers: { node: upv } }
      no:
        - { form: upload-trouble, language: en, answers: { node: unknown } }
  - name: words of nodes
    owner: nodes
    when: { any: [{ words: "nodo*" }, { source: phone, domain: upv.es }] }
    then: { unit: nodes, tags: [words] }
    mode: suggest
    examples:
      yes: [{ title: "Los nodos no contestan", language: es }]
unforeseen:
  - Good morning
`

/** Rules of its own for the shipped forms; in each file a text may be replaced. */
export function someRules(change: readonly [from: string, to: string] = ['', '']): Settings {
  const ROUTING_DIR = aFolder()
  const files = { 'units.yaml': UNITS, 'promise.yaml': PROMISE, '10-nodes.yaml': RULES }
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(ROUTING_DIR, name), text.replace(...change))
  }
  return { ROUTING_DIR }
}

/** The settings of a service beside a sandbox's Zammad, as long as the test runs. */
export function besideSandbox(world: World = SANDBOX_WORLD): Settings {
  const zammad = createSandboxZammad({
    profile: '6.6',
    clock: () => NOON,
    random: seeded(),
    wait: async () => undefined,
    publicUrl: ZAMMAD_URL,
    send: async () => undefined,
    deliver: async () => new Response(),
    world,
  })
  mountZammad(zammad.fetch)
  return {
    SECRET: 'k'.repeat(32),
    ZAMMAD_URL,
    ZAMMAD_TOKEN: SANDBOX_TOKENS.bot,
    SMTP_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'desk@desk.example',
    DATABASE_PATH: join(aFolder(), 'firstline.sqlite'),
  }
}
