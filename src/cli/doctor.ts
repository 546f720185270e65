import { existsSync } from 'node:fs'
import { defineCommand } from 'citty'
import type { Config } from '../config.ts'
import type { Content } from '../content.ts'
import { Failure } from '../failure.ts'
import { EXIT } from '../runtime/node/exit.ts'
import { contentOf } from '../runtime/node/serve.ts'
import { createStores, deskOf, mailerOf } from '../furnish.ts'
import { type Diagnosis, examineZammad } from '../zammad/doctor.ts'
import { openHere, settingsHere } from './local.ts'

export const doctor = defineCommand({
  meta: { name: 'doctor', description: 'Check Zammad, mail and the store, and say what to do' },
  args: { json: { type: 'boolean', description: 'Print a list of { check, ok, detail, fix }' } },
  async run({ args }) {
    const config = settingsHere(process.env)
    const diagnoses = await examine(config)
    const lines = diagnoses.map(
      ({ check, ok, detail, fix }) => `${ok ? 'ok ' : 'BAD'}  ${check}: ${detail}${fix ? ` → ${fix}` : ''}`,
    )
    process.stdout.write(`${args.json ? JSON.stringify(diagnoses, null, 2) : lines.join('\n')}\n`)
    return diagnoses.every(({ ok }) => ok) ? EXIT.fine : EXIT.found
  },
})

async function examine(config: Config): Promise<readonly Diagnosis[]> {
  const content = await contentOf(config)
  const store = await storeHealth(config)
  const { client, desk } = deskOf(config)
  const zammad = await examineZammad(client, desk, {
    units: content.rulebook.units.units,
    prefix: config.ticketNumbers === 'own' ? (config.ticketPrefix ?? store.prefix) : null,
    ticketHook: config.ticketHook,
    replyTo: config.mail.replyTo,
  })
  return [...zammad, await mailHealth(config, content), store.diagnosis]
}

async function mailHealth(config: Config, content: Content): Promise<Diagnosis> {
  try {
    await mailerOf(config, content).check()
    return { check: 'mail server', ok: true, detail: 'takes our mail', fix: null }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return {
      check: 'mail server',
      ok: false,
      detail: error.message,
      fix: 'look at SMTP_URL, MAIL_FROM and MAIL_REPLY_TO',
    }
  }
}

async function storeHealth(
  config: Config,
): Promise<{ readonly diagnosis: Diagnosis; readonly prefix: string | null }> {
  const check = 'store'
  if (!existsSync(config.databasePath)) {
    const detail = `no database at ${config.databasePath} yet`
    return { diagnosis: { check, ok: true, detail, fix: 'it is made at the first start' }, prefix: null }
  }
  const db = openHere(config)
  try {
    const { memory, jobs } = createStores(db)
    const parked = (await jobs.counts())
      .filter(({ state }) => state === 'parked')
      .reduce((sum, { count }) => sum + count, 0)
    const [prefix, stranger] = [await memory.recall('prefix'), await memory.recall('stranger')]
    if (stranger !== null) {
      const detail = 'the database belongs to another Zammad'
      return { diagnosis: { check, ok: false, detail, fix: 'set ZAMMAD_URL or DATABASE_PATH right' }, prefix }
    }
    const detail = parked === 0 ? 'can be written, no job is parked' : `${parked} jobs are parked`
    const fix = parked === 0 ? null : 'see firstline outbox list'
    return { diagnosis: { check, ok: parked === 0, detail, fix }, prefix }
  } finally {
    db.close()
  }
}
