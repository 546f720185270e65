import { defineCommand } from 'citty'
import { z } from 'zod'
import { createDecisions, type Decided, type RetryChange } from '../conversation/decisions.ts'
import { PAGE, printedJob } from '../outbox/job-store.ts'
import { EXIT, Exit } from '../runtime/node/exit.ts'
import { contentOf, nodeClock, nodeRandom } from '../runtime/node/serve.ts'
import { createSigner } from '../secret.ts'
import { createStores } from '../furnish.ts'
import { openHere, settingsHere } from './local.ts'
import { problemOf, serviceAt, unreachable, where } from './running-service.ts'

const Listed = z.array(
  z.object({
    id: z.string(),
    kind: z.string(),
    state: z.string(),
    attempts: z.number(),
    next_at: z.string(),
    reason: z.string().nullable(),
    reference: z.string().nullable(),
  }),
)
type Listed = z.infer<typeof Listed>

/** The outbox of the database here, or of a running service. */
interface Outbox {
  readonly list: () => Promise<Listed>
  readonly retry: (job: string, change: RetryChange) => Promise<Decided>
  readonly discard: (job: string, reason: string) => Promise<Decided>
  readonly close: () => void
}

async function outboxHere(): Promise<Outbox> {
  const config = settingsHere(process.env)
  const { rulebook } = await contentOf(config)
  const db = openHere(config)
  const decisions = createDecisions({
    ...createStores(db),
    atomically: db.atomically,
    signer: await createSigner(config.secrets),
    units: () => rulebook.units,
    clock: nodeClock,
    random: nodeRandom,
    mailHost: config.publicUrl.hostname,
  })
  return {
    list: async () => (await decisions.listAll(['ready', 'running', 'unknown', 'parked'])).map(printedJob),
    retry: decisions.retry,
    discard: decisions.discard,
    close: db.close,
  }
}

const DECIDED: Readonly<Record<string, Decided>> = {
  'about:firstline/not-parked': 'not-parked',
  'about:firstline/unknown-unit': 'unknown-unit',
  'about:firstline/bad-address': 'bad-address',
}

function outboxAt(url: string): Outbox {
  const ask = serviceAt(url)
  const decide = async (path: string, body: object): Promise<Decided> => {
    try {
      await ask(path, { body })
      return 'done'
    } catch (error) {
      const decided = DECIDED[problemOf(error) ?? '']
      if (decided) return decided
      throw unreachable(error)
    }
  }
  return {
    list: async () => {
      try {
        return Listed.parse(await ask('/outbox'))
      } catch (error) {
        throw unreachable(error)
      }
    },
    retry: (job, change) => decide(`/outbox/${encodeURIComponent(job)}/retry`, change),
    discard: (job, reason) => decide(`/outbox/${encodeURIComponent(job)}/discard`, { reason }),
    close: () => undefined,
  }
}

const job = { type: 'positional', required: true, description: 'Id of a parked job' } as const

const open = (url: string | undefined): Promise<Outbox> | Outbox => (url ? outboxAt(url) : outboxHere())

/** As the service takes it. */
const LONGEST_REASON = 500

const WORDS: Readonly<Record<Decided, string>> = {
  done: 'done',
  'not-parked': 'No parked job has this id.',
  'unknown-unit': 'No unit has this id.',
  'bad-address': 'This is no address that mail can go to.',
}

function tell(decided: Decided): number {
  if (decided !== 'done') throw new Exit(EXIT.found, WORDS[decided])
  process.stdout.write('done\n')
  return EXIT.fine
}

/** For people: the oldest jobs, one a line, and how many more there are. */
function tableOf(jobs: Listed): string {
  if (jobs.length === 0) return 'Nothing is to be done.'
  const lines = jobs
    .slice(0, PAGE)
    .map((one) =>
      [
        one.id,
        one.kind,
        one.reference ?? '-',
        one.state,
        `${one.attempts} attempts`,
        one.next_at,
        one.reason ?? '',
      ].join('  '),
    )
  const more = jobs.length - lines.length
  return [...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n')
}

const list = defineCommand({
  meta: { name: 'list', description: 'Print what is still to be done, parked jobs included' },
  args: { ...where, json: { type: 'boolean', description: 'Print JSON' } },
  async run({ args }) {
    const outbox = await open(args.url)
    const jobs = await outbox.list()
    outbox.close()
    process.stdout.write(`${args.json ? JSON.stringify(jobs, null, 2) : tableOf(jobs)}\n`)
  },
})

const retry = defineCommand({
  meta: { name: 'retry', description: 'Try a parked job again' },
  args: {
    job,
    ...where,
    unit: { type: 'string', description: 'Open the ticket in this unit' },
    address: { type: 'string', description: 'The visitor’s address, corrected' },
  },
  async run({ args }) {
    const outbox = await open(args.url)
    const change = {
      ...(args.unit ? { unit: args.unit } : {}),
      ...(args.address ? { address: args.address } : {}),
    }
    const decided = await outbox.retry(args.job, change)
    outbox.close()
    return tell(decided)
  },
})

const discard = defineCommand({
  meta: { name: 'discard', description: 'Give a parked job up' },
  args: { job, ...where, reason: { type: 'string', required: true, description: 'Why; it is kept' } },
  async run({ args }) {
    const reason = args.reason.trim()
    if (reason === '' || reason.length > LONGEST_REASON) {
      throw new Exit(EXIT.usage, `--reason takes 1 to ${LONGEST_REASON} characters`)
    }
    const outbox = await open(args.url)
    const decided = await outbox.discard(args.job, reason)
    outbox.close()
    return tell(decided)
  },
})

export const outbox = defineCommand({
  meta: { name: 'outbox', description: 'See and decide what is still to be done' },
  subCommands: { list, retry, discard },
})
