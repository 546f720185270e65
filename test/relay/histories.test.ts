import fc from 'fast-check'
import { expect, test } from 'vitest'
import { after, MINUTE_MS, SECOND_MS } from '../../src/clock.ts'
import { createReckoner } from '../../src/clocks/reckoned.ts'
import { sendMessage } from '../../src/conversation/send-message.ts'
import type { Article, Ticket } from '../../src/desk.ts'
import { createLog } from '../../src/log.ts'
import { runDue } from '../../src/outbox/run.ts'
import { sendAnswer } from '../../src/relay/send-answer.ts'
import { createSigner, Secret } from '../../src/secret.ts'
import { memoryMailer } from '../conversation/memory-mailer.ts'
import { BOT_ID } from '../intake/memory-desk.ts'
import { UNITS } from '../intake/opening.ts'
import { openPlatform } from '../support/platform.node.ts'
import { sampleForms, sampleSite } from '../support/sample-forms.ts'
import { rulebookOf } from '../support/sample-rules.ts'
import { seeded } from '../support/samples.ts'
import { aRelay } from './taking.ts'

type Act =
  | { readonly act: 'say'; readonly to: number; readonly internal: boolean }
  | { readonly act: 'flip' | 'remove'; readonly which: number }
  | { readonly act: 'merge' | 'unmerge' | 'look' | 'mail' }
  | { readonly act: 'pass'; readonly seconds: number }
  | { readonly act: 'mishap'; readonly mishap: 'unavailable' | 'lost' }

const acts: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ act: fc.constant('say' as const), to: fc.nat(1), internal: fc.boolean() }),
  fc.record({ act: fc.constantFrom('flip' as const, 'flip' as const, 'remove' as const), which: fc.nat(9) }),
  fc.record({ act: fc.constantFrom('look' as const, 'mail' as const, 'merge' as const, 'unmerge' as const) }),
  fc.record({ act: fc.constantFrom('look' as const, 'mail' as const) }),
  fc.record({ act: fc.constant('pass' as const), seconds: fc.constantFrom(1, 30, 61, 1000) }),
  fc.record({
    act: fc.constant('mishap' as const),
    mishap: fc.constantFrom('unavailable' as const, 'lost' as const),
  }),
)

/** What an agent wrote, and whether it was public at any moment. */
interface Said {
  readonly id: number
  readonly word: string
  readonly madeOn: number
  wasPublic: boolean
}

/** Two visitors with a ticket each, the bot that looks at them, and the mail. */
async function twoVisitors() {
  const relay = await aRelay()
  const { files } = await openPlatform()
  const post = memoryMailer()
  const { desk, time, db } = relay
  const common = {
    ...relay,
    mailer: post.mailer,
    files,
    botId: async () => BOT_ID,
    forms: sampleForms,
    site: sampleSite,
    units: () => UNITS,
    rulebook: () => rulebookOf(UNITS),
    reckoner: createReckoner({
      ...relay,
      rulebook: () => rulebookOf(UNITS),
      relay: 'webform',
      clock: relay.time.clock,
    }),
    agentNames: 'person' as const,
    timeZone: 'Europe/Madrid',
    zammadWebUrl: 'https://help.example.org',
    mailHost: 'desk.example',
    linkTo: (token: string) => `https://desk.example/c/${token}`,
    replyToOf: async () => null,
    signer: await createSigner([new Secret('s'.repeat(32))]),
    atomically: db.atomically,
    clock: time.clock,
    random: seeded(17),
    log: createLog('silent'),
    parked: async () => [],
  }
  const outbox = {
    ...common,
    kinds: { 'send-answer': sendAnswer(common), 'send-message': sendMessage(common) },
  }
  const mail = () => runDue(outbox, 'mail', { width: 2, until: after(time.clock(), 1) })
  const tickets: readonly [Ticket, Ticket] = [await relay.request('ann'), await relay.request('ben')]
  const said: Said[] = []
  const [ann, ben] = tickets
  const isMerged = (): boolean =>
    desk.tickets.some(({ ticket }) => ticket.id === ben.id && ticket.stateType === 'merged')
  const articleOf = (id: number): Promise<Article | null> =>
    desk.article(id).then((sight) => (sight.seen === 'article' ? sight.article : null))

  async function flip(one: Said): Promise<void> {
    const article = await articleOf(one.id)
    if (!article) return
    desk.flip(one.id, !article.internal)
    one.wasPublic ||= article.internal
  }
  function say(to: number, internal: boolean): void {
    const ticket = to === 1 && !isMerged() ? ben : ann
    const word = `word-${said.length}-end`
    const { id } = desk.addArticle(ticket.id, { body: word, internal })
    said.push({ id, word, madeOn: ticket.id, wasPublic: !internal })
  }
  async function perform(act: Act): Promise<void> {
    time.turn(SECOND_MS)
    if (act.act === 'say') say(act.to, act.internal)
    else if (act.act === 'look') await relay.round()
    else if (act.act === 'mail') await mail()
    else if (act.act === 'pass') time.turn(act.seconds * SECOND_MS)
    else if (act.act === 'mishap') post.mishaps.push(act.mishap)
    else if (act.act === 'merge') {
      if (!isMerged()) desk.mergeByHand(ben.id, ann.id)
    } else if (act.act === 'unmerge') {
      if (isMerged()) desk.byHand(ben.id, { state: 'open' })
    } else if ('which' in act) {
      const one = said[act.which]
      const isThere = one !== undefined && (await articleOf(one.id)) !== null
      if (isThere && act.act === 'flip') await flip(one)
      if (isThere && act.act === 'remove') desk.removeArticle(one.id)
    }
  }
  /** Nothing fails any more, until nothing is left to be mailed. */
  async function calm(): Promise<void> {
    post.mishaps.length = 0
    for (let minutes = 0; minutes < 90; minutes += 1) {
      await relay.round()
      await mail()
      if ((await relay.jobs.nextDue('mail')) === null) return
      time.turn(MINUTE_MS)
    }
    throw new Error('the mail never came to rest')
  }
  return { ...relay, ...post, said, tickets, articleOf, perform, calm }
}

test('over any history each answer that stays public reaches its own visitor once, and nothing else anybody', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(acts, { minLength: 8, maxLength: 30 }), async (history) => {
      const town = await twoVisitors()
      const [ann, ben] = town.tickets
      for (const act of history) await town.perform(act)
      const isLossy = history.some((act) => act.act === 'mishap' && act.mishap === 'lost')
      await town.calm()
      const addressOf = new Map([
        [ann.id, 'ann@visitor.example'],
        [ben.id, 'ben@visitor.example'],
      ])
      const renderings = town.rendered.map(({ message, headers }) => ({
        to: headers.to,
        messageId: headers.messageId,
        all: JSON.stringify(message),
      }))
      for (const { id, word, madeOn, wasPublic } of town.said) {
        const article = await town.articleOf(id)
        const told = renderings.filter(({ all }) => all.includes(word))
        if (!wasPublic) expect(told).toEqual([])
        expect(new Set([...told.map(({ to }) => to), addressOf.get(madeOn)]).size).toBe(1)
        const mails = town.sent.filter(({ text }) => told.some(({ messageId }) => text.endsWith(messageId)))
        const isDue = article !== null && !article.internal
        if (isDue) expect(mails.length).toBeGreaterThanOrEqual(1)
        if (!isLossy) expect(mails.length).toBeLessThanOrEqual(1)
        const pages = [await town.page('ann'), await town.page('ben')]
        const own = madeOn === ann.id ? 0 : 1
        expect(pages.map((words) => words.includes(word))).toEqual([isDue && own === 0, isDue && own === 1])
      }
    }),
    { numRuns: 12, seed: 20_261_121 },
  )
}, 120_000)
