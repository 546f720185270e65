import { defineCommand } from 'citty'
import { z } from 'zod'
import { createStaffLinks, type LinkTold, type StaffLinks } from '../conversation/links.ts'
import { addressesOf, conversationPath } from '../http/addresses.ts'
import { createLog } from '../log.ts'
import { EXIT, Exit } from '../runtime/node/exit.ts'
import { nodeClock } from '../runtime/node/serve.ts'
import { createSigner } from '../secret.ts'
import { createStores } from '../furnish.ts'
import { openHere, settingsHere } from './local.ts'
import { problemOf, serviceAt, unreachable, where } from './running-service.ts'

const Answer = z.object({ reference: z.string(), ticket_number: z.string().nullable(), link: z.string() })

interface LinksSomewhere extends StaffLinks {
  readonly close: () => void
}

async function linksHere(): Promise<LinksSomewhere> {
  const config = settingsHere(process.env)
  const db = openHere(config)
  const addresses = addressesOf(config.publicUrl)
  const { conversations, messages } = createStores(db)
  const links = createStaffLinks({
    conversations,
    messages,
    atomically: db.atomically,
    signer: await createSigner(config.secrets),
    linkTo: (token) => addresses.absolute(conversationPath(token)),
    clock: nodeClock,
    // What the command does is told on the console; the log is the service's.
    log: createLog('silent'),
  })
  return { ...links, close: db.close }
}

const TOLD: Readonly<Record<string, Exclude<LinkTold['told'], 'link'>>> = {
  'about:firstline/unknown-conversation': 'unknown',
  'about:firstline/link-over': 'over',
  'about:firstline/link-lost': 'lost',
}

function linksAt(url: string): LinksSomewhere {
  const ask = serviceAt(url)
  const order = async (typed: string, act: 'link' | 'revoke'): Promise<LinkTold> => {
    try {
      const answer = await ask(`/conversations/${encodeURIComponent(typed)}/${act}`, { body: {} })
      const { reference, ticket_number: ticketNumber, link } = Answer.parse(answer)
      return { told: 'link', reference, ticketNumber, link }
    } catch (error) {
      const told = TOLD[problemOf(error) ?? '']
      if (told) return { told }
      throw unreachable(error)
    }
  }
  return {
    link: (typed) => order(typed, 'link'),
    revoke: (typed) => order(typed, 'revoke'),
    close: () => undefined,
  }
}

const WORDS: Readonly<Record<Exclude<LinkTold['told'], 'link'>, string>> = {
  unknown: 'No conversation has this reference or ticket number.',
  over: 'The conversation was closed more than 90 days ago: no link opens it.',
  lost: 'The secret of the link is no longer set. Revoke it for a new one.',
}

const args = {
  reference: { type: 'positional', required: true, description: 'Reference or ticket number' },
  ...where,
  json: { type: 'boolean', description: 'Print JSON' },
} as const

async function run(
  act: 'link' | 'revoke',
  args: {
    readonly reference: string
    readonly url?: string | undefined
    readonly json?: boolean | undefined
  },
): Promise<number> {
  const links = args.url ? linksAt(args.url) : await linksHere()
  const told = await links[act](args.reference)
  links.close()
  if (told.told !== 'link') throw new Exit(EXIT.found, WORDS[told.told])
  const { reference, ticketNumber, link } = told
  const printed = { reference, ticket_number: ticketNumber, link }
  process.stdout.write(`${args.json ? JSON.stringify(printed, null, 2) : link}\n`)
  return EXIT.fine
}

const link = defineCommand({
  meta: { name: 'link', description: 'Print the secret link that opens a conversation' },
  args,
  run: ({ args: given }) => run('link', given),
})

const revoke = defineCommand({
  meta: { name: 'revoke', description: 'End the link of a conversation, and print the new one' },
  args,
  run: ({ args: given }) => run('revoke', given),
})

export const conversation = defineCommand({
  meta: { name: 'conversation', description: 'The secret links of conversations' },
  subCommands: { link, revoke },
})
