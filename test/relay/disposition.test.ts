import { expect, test } from 'vitest'
import type { Article, ArticleSight } from '../../src/desk.ts'
import { Failure } from '../../src/failure.ts'
import { dispose, type Disposed, type Scene } from '../../src/relay/disposition.ts'
import { readAgain } from '../../src/relay/last-look.ts'
import { anEntry } from '../store/records.ts'

/** Rows are articles, columns who made them; above each block the groups and the tickets that they are in. */
const MATRIX = `
with or without an address: open, closed, merged
                 Agent      Customer   System     bot        stranger
note  internal   internal   internal   internal   internal   internal
note  public     answer     visitor    system     bot        stranger
email internal   internal   internal   internal   internal   internal
email public     mailed     visitor    system     bot        stranger
phone internal   internal   internal   internal   internal   internal
phone public     answer     visitor    system     bot        stranger
web   internal   internal   internal   internal   internal   internal
web   public     answer     visitor    system     bot        stranger
sms   internal   internal   internal   internal   internal   internal
sms   public     answer     visitor    system     bot        stranger

with or without an address: before the start line
                 Agent      Customer   System     bot        stranger
note  internal   before-us  before-us  before-us  before-us  before-us
note  public     before-us  before-us  before-us  before-us  before-us
email internal   before-us  before-us  before-us  before-us  before-us
email public     before-us  before-us  before-us  before-us  before-us
phone internal   before-us  before-us  before-us  before-us  before-us
phone public     before-us  before-us  before-us  before-us  before-us
web   internal   before-us  before-us  before-us  before-us  before-us
web   public     before-us  before-us  before-us  before-us  before-us
sms   internal   before-us  before-us  before-us  before-us  before-us
sms   public     before-us  before-us  before-us  before-us  before-us

with or without an address: out of sight
                 Agent      Customer   System     bot        stranger
note  internal   blind      blind      blind      blind      blind
note  public     blind      blind      blind      blind      blind
email internal   blind      blind      blind      blind      blind
email public     blind      blind      blind      blind      blind
phone internal   blind      blind      blind      blind      blind
phone public     blind      blind      blind      blind      blind
web   internal   blind      blind      blind      blind      blind
web   public     blind      blind      blind      blind      blind
sms   internal   blind      blind      blind      blind      blind
sms   public     blind      blind      blind      blind      blind

with or without an address: deleted
                 Agent      Customer   System     bot        stranger
note  internal   gone       gone       gone       gone       gone
note  public     gone       gone       gone       gone       gone
email internal   gone       gone       gone       gone       gone
email public     gone       gone       gone       gone       gone
phone internal   gone       gone       gone       gone       gone
phone public     gone       gone       gone       gone       gone
web   internal   gone       gone       gone       gone       gone
web   public     gone       gone       gone       gone       gone
sms   internal   gone       gone       gone       gone       gone
sms   public     gone       gone       gone       gone       gone
`

const unseen = (because: Disposed['because']): Disposed => ({
  disposition: 'not-for-visitor',
  because,
  side: null,
})

/** What the words in the tables stand for. */
const OUTCOMES = {
  answer: { disposition: 'relay', because: 'answer', side: 'desk' },
  unsent: { disposition: 'relay', because: 'unsent', side: 'desk' },
  former: { disposition: 'relay', because: 'former', side: 'desk' },
  mailed: { disposition: 'zammad-sent', because: 'answer', side: 'desk' },
  'on its way': { disposition: 'undecided', because: 'sending', side: 'desk' },
  'on its way to others': { disposition: 'undecided', because: 'sending', side: null },
  visitor: { disposition: 'not-for-visitor', because: 'visitor', side: 'visitor' },
  'before-us': { disposition: 'before-us', because: 'start-line', side: null },
  held: { disposition: 'held', because: 'copy', side: null },
  internal: unseen('internal'),
  system: unseen('system'),
  bot: unseen('bot'),
  ours: unseen('ours'),
  stranger: unseen('stranger'),
  'merge-note': unseen('merge-note'),
  forwarded: unseen('forwarded'),
  released: { disposition: 'relay', because: 'released', side: 'desk' },
  left: unseen('left'),
  'left held': { disposition: 'held', because: 'left', side: null },
  elsewhere: unseen('elsewhere'),
  'unknown-type': unseen('unknown-type'),
  blind: 'cannot-look',
  gone: 'gone',
} as const satisfies Record<string, Disposed | 'cannot-look' | 'gone'>
type Outcome = keyof typeof OUTCOMES

const BOT = 5
const AGENT = 4
const CUSTOMER = 6
const STRANGER = 9
const NOBODY = 1
const VISITOR = 'maria.sanz@hospital.example'
const TYPO = 'maria.sanz@hopsital.example'
const OTHERS = 'legal@partner.example'

const at = (time: string): Date => new Date(`2026-11-21T${time}Z`)
const START_LINE = at('08:00:00')
const LONG_BEFORE = at('07:00:00')
const MADE_AT = at('09:30:00')

const SENT = { status: 'success', tries: 1 } as const
const TRIED_AGAIN = { status: 'fail', tries: 3 } as const
const GIVEN_UP = { status: 'fail', tries: 4 } as const

const AGENTS_NOTE: Article = {
  id: 88,
  ticketId: 47,
  sender: 'Agent',
  type: 'note',
  internal: false,
  createdById: AGENT,
  originById: null,
  createdAt: MADE_AT,
  updatedAt: MADE_AT,
  messageId: null,
  from: 'Anna Agent',
  to: [],
  delivery: null,
  subject: '',
  contentType: 'text/html',
  body: 'Please try again.',
  automatic: false,
  answersTo: [],
  files: [],
}
const AGENTS_MAIL: Partial<Article> = { type: 'email', to: [VISITOR], delivery: SENT }
const VISITORS_MAIL: Partial<Article> = { type: 'email', sender: 'Customer', createdById: CUSTOMER }

const SCENE: Scene = {
  botId: BOT,
  ticket: { customerId: CUSTOMER, createdAt: at('09:00:00') },
  startLine: START_LINE,
  visitor: { present: VISITOR, former: [TYPO] },
  isAtHome: true,
  heldUntil: null,
  isKnown: false,
  isOurs: false,
  isOverdue: false,
  saidByStaff: null,
}
const RESTORED: Partial<Scene> = { heldUntil: at('10:00:00') }

const makers: Readonly<Record<string, Partial<Article>>> = {
  Agent: {},
  Customer: { sender: 'Customer', createdById: CUSTOMER },
  System: { sender: 'System', createdById: NOBODY },
  // What counts as staff's, were it not for who made it.
  bot: { createdById: BOT },
  stranger: { sender: 'Customer', createdById: STRANGER },
}

interface Place {
  readonly article?: Partial<Article>
  readonly ticket?: Partial<Scene['ticket']>
  readonly sight?: Exclude<ArticleSight['seen'], 'article'>
}
const places: Readonly<Record<string, Place>> = {
  open: {},
  closed: {},
  merged: { article: { ticketId: 51 } },
  'before the start line': { article: { createdAt: LONG_BEFORE }, ticket: { createdAt: LONG_BEFORE } },
  'out of sight': { sight: 'out-of-sight' },
  deleted: { sight: 'gone' },
}
// Without an address Zammad takes no email; one that was sent before the ticket was moved there stays what it is.
const GROUPS = ['with', 'without']

interface Cell {
  readonly maker: string
  readonly type: string
  readonly visibility: string
  readonly group: string
  readonly place: string
  readonly outcome: string
}

const cells: readonly Cell[] = MATRIX.trim()
  .split('\n\n')
  .flatMap((block) => {
    const [head = '', columns = '', ...rows] = block.split('\n')
    const placesNamed = head.slice(head.indexOf(':') + 1).split(',')
    return rows.flatMap((row) => {
      const [type = '', visibility = '', ...outcomes] = row.split(/\s+/)
      return columns
        .trim()
        .split(/\s+/)
        .flatMap((maker, column) =>
          GROUPS.flatMap((group) =>
            placesNamed.map((place) => ({
              maker,
              type,
              visibility,
              group,
              place: place.trim(),
              outcome: outcomes[column] ?? '',
            })),
          ),
        )
    })
  })

const named = <T>(table: Readonly<Record<string, T>>, name: string): T => {
  const found = table[name]
  if (found === undefined) throw new Error(`the table names "${name}", which is nothing`)
  return found
}

/** What the relay finds of an article that it has put down, when it looks once more. */
async function lookedAtAgain(
  written: Article,
  sight: ArticleSight,
): Promise<Article | 'gone' | 'cannot-look'> {
  const entry = anEntry({ id: written.id, createdAt: written.createdAt })
  const deps = { desk: { article: async () => sight }, ledger: { byIds: async () => [entry] } }
  try {
    return (await readAgain(deps, entry)).article
  } catch (error) {
    if (error instanceof Failure && error.code === 'unavailable') return 'cannot-look'
    throw error
  }
}

test.for(cells)(
  '$visibility $type by $maker, ticket $place, group $group address: $outcome',
  async ({ maker, type, visibility, place, outcome }) => {
    const { article: more, ticket, sight } = named<Place>(places, place)
    const written: Article = {
      ...AGENTS_NOTE,
      ...(type === 'email' ? AGENTS_MAIL : { type }),
      ...named(makers, maker),
      ...more,
      internal: visibility === 'internal',
    }
    const article = await lookedAtAgain(
      written,
      sight ? { seen: sight } : { seen: 'article', article: written },
    )
    const scene = { ...SCENE, ticket: { ...SCENE.ticket, ...ticket } }
    const became = typeof article === 'string' ? article : dispose(article, scene)
    expect(became).toEqual(named(OUTCOMES, outcome))
  },
)

test('the matrix has every case once', () => {
  const cases = new Set(cells.map((cell) => JSON.stringify({ ...cell, outcome: '' })))
  expect([cells.length, cases.size]).toEqual([600, 600])
})

interface Row {
  readonly why: string
  readonly article?: Partial<Article>
  readonly scene?: Partial<Scene>
  readonly outcome: Outcome
}

const mail = (to: readonly string[], delivery: Article['delivery']): Partial<Article> => ({
  type: 'email',
  to,
  delivery,
})
const NO_ADDRESS: Partial<Scene> = { visitor: { present: null, former: [] } }
const ELSEWHERE: Partial<Scene> = { isAtHome: false }
const RELEASED: Partial<Scene> = { saidByStaff: 'released' }
const LEFT: Partial<Scene> = { saidByStaff: 'left' }
const OVERDUE: Partial<Scene> = { isOverdue: true }

const mails: readonly Row[] = [
  { why: 'not tried yet', article: mail([VISITOR], null), outcome: 'on its way' },
  { why: 'to be tried again', article: mail([VISITOR], TRIED_AGAIN), outcome: 'on its way' },
  { why: 'given up', article: mail([VISITOR], GIVEN_UP), outcome: 'unsent' },
  { why: 'sent to the visitor and others', article: mail([OTHERS, VISITOR], SENT), outcome: 'mailed' },
  { why: 'to a former address, not tried yet', article: mail([TYPO], null), outcome: 'on its way' },
  { why: 'sent to a former address', article: mail([TYPO], SENT), outcome: 'former' },
  {
    why: 'sent to a former address and the present',
    article: mail([TYPO, VISITOR], SENT),
    outcome: 'mailed',
  },
  { why: 'given up to a former address', article: mail([TYPO], GIVEN_UP), outcome: 'unsent' },
  { why: 'to others, not tried yet', article: mail([OTHERS], null), outcome: 'on its way to others' },
  { why: 'to others, tried again', article: mail([OTHERS], TRIED_AGAIN), outcome: 'on its way to others' },
  {
    why: 'by an agent’s own program, to the desk',
    article: mail([OTHERS], null),
    scene: OVERDUE,
    outcome: 'forwarded',
  },
  {
    why: 'to others, tried again for too long',
    article: mail([OTHERS], TRIED_AGAIN),
    scene: OVERDUE,
    outcome: 'forwarded',
  },
  {
    why: 'by their own program, released',
    article: mail([OTHERS], null),
    scene: { ...OVERDUE, ...RELEASED },
    outcome: 'released',
  },
  {
    why: 'by their own program, left',
    article: mail([OTHERS], null),
    scene: { ...OVERDUE, ...LEFT },
    outcome: 'left',
  },
  { why: 'not tried for too long', article: mail([VISITOR], null), scene: OVERDUE, outcome: 'on its way' },
  { why: 'sent to others only', article: mail([OTHERS], SENT), outcome: 'forwarded' },
  { why: 'given up to others', article: mail([OTHERS], GIVEN_UP), outcome: 'forwarded' },
  { why: 'sent to others, released', article: mail([OTHERS], SENT), scene: RELEASED, outcome: 'released' },
  { why: 'given up, released', article: mail([OTHERS], GIVEN_UP), scene: RELEASED, outcome: 'released' },
  { why: 'sent to others, left', article: mail([OTHERS], SENT), scene: LEFT, outcome: 'left' },
  {
    why: 'released, then internal',
    article: { ...mail([OTHERS], SENT), internal: true },
    scene: RELEASED,
    outcome: 'internal',
  },
  { why: 'sent to nobody named', article: mail([], SENT), outcome: 'mailed' },
  { why: 'given up to nobody named', article: mail([], GIVEN_UP), outcome: 'unsent' },
  { why: 'sent, no address known', article: mail([OTHERS], SENT), scene: NO_ADDRESS, outcome: 'mailed' },
  { why: 'sent, yet internal', article: { ...mail([VISITOR], SENT), internal: true }, outcome: 'internal' },
  { why: 'sent, elsewhere', article: mail([VISITOR], SENT), scene: ELSEWHERE, outcome: 'elsewhere' },
]

const CALL: Partial<Article> = {
  sender: 'Customer',
  type: 'phone',
  createdById: AGENT,
  originById: CUSTOMER,
}
const REPLY: Partial<Article> = {
  sender: 'Customer',
  type: 'web',
  createdById: BOT,
  originById: CUSTOMER,
}
const OURS: Partial<Scene> = { isOurs: true }

const visitors: readonly Row[] = [
  { why: 'a call that an agent put down', article: CALL, outcome: 'visitor' },
  { why: 'a call of somebody else', article: { ...CALL, originById: STRANGER }, outcome: 'stranger' },
  {
    why: 'a call of somebody else, put down by the customer',
    article: { ...CALL, createdById: CUSTOMER, originById: STRANGER },
    outcome: 'stranger',
  },
  {
    why: 'an absence note of the customer',
    article: { ...VISITORS_MAIL, automatic: true },
    outcome: 'visitor',
  },
  { why: 'a note of an agent who is the customer', article: { createdById: CUSTOMER }, outcome: 'visitor' },
  { why: 'a word that we posted', article: REPLY, scene: OURS, outcome: 'ours' },
  {
    why: 'a word that our former account posted',
    article: { ...REPLY, createdById: 3 },
    scene: OURS,
    outcome: 'ours',
  },
  {
    why: 'a word that we posted, elsewhere',
    article: REPLY,
    scene: { ...OURS, isAtHome: false },
    outcome: 'ours',
  },
  { why: 'a word of the bot that we do not know', article: REPLY, outcome: 'bot' },
  { why: 'a mail with a Message-ID of ours', article: VISITORS_MAIL, scene: OURS, outcome: 'visitor' },
  { why: 'a note of staff with a Message-ID of ours', scene: OURS, outcome: 'answer' },
  {
    why: 'a stranger with a Message-ID of ours',
    article: { ...VISITORS_MAIL, createdById: STRANGER },
    scene: OURS,
    outcome: 'stranger',
  },
]

const MERGED: Partial<Article> = { contentType: 'text/plain', body: 'merged' }

const notes: readonly Row[] = [
  { why: 'the note of a merge', article: MERGED, outcome: 'merge-note' },
  { why: 'a note that says a bit more', article: { ...MERGED, body: 'merged.' }, outcome: 'answer' },
  { why: 'such a note written by hand', article: { ...MERGED, contentType: 'text/html' }, outcome: 'answer' },
  { why: 'such a call', article: { ...MERGED, type: 'phone' }, outcome: 'answer' },
  { why: 'such a note with a subject', article: { ...MERGED, subject: 'News' }, outcome: 'answer' },
  { why: 'a merge by the customer', article: { ...MERGED, createdById: CUSTOMER }, outcome: 'merge-note' },
  { why: 'a type of tomorrow', article: { type: 'carrier pigeon' }, outcome: 'unknown-type' },
  { why: 'a type in other letters', article: { type: 'Note' }, outcome: 'unknown-type' },
  { why: 'a note elsewhere', scene: ELSEWHERE, outcome: 'elsewhere' },
  { why: 'a note inside, elsewhere', article: { internal: true }, scene: ELSEWHERE, outcome: 'internal' },
  {
    why: 'a mail of the customer, elsewhere',
    article: VISITORS_MAIL,
    scene: ELSEWHERE,
    outcome: 'elsewhere',
  },
]

const times: readonly Row[] = [
  { why: 'made at the start line', article: { createdAt: START_LINE }, outcome: 'before-us' },
  { why: 'made just behind it', article: { createdAt: at('08:00:00.001') }, outcome: 'answer' },
  {
    why: 'of today on a ticket of before',
    scene: { ticket: { customerId: CUSTOMER, createdAt: START_LINE } },
    outcome: 'before-us',
  },
  { why: 'after the copy', scene: RESTORED, outcome: 'held' },
  { why: 'at the restore', article: { createdAt: at('10:00:00') }, scene: RESTORED, outcome: 'held' },
  {
    why: 'after the restore',
    article: { createdAt: at('10:00:00.001') },
    scene: RESTORED,
    outcome: 'answer',
  },
  { why: 'in the copy', scene: { ...RESTORED, isKnown: true }, outcome: 'answer' },
  { why: 'after the copy, on its way', article: mail([VISITOR], null), scene: RESTORED, outcome: 'held' },
  {
    why: 'after the copy, mailed by Zammad',
    article: mail([VISITOR], SENT),
    scene: RESTORED,
    outcome: 'mailed',
  },
  { why: 'after the copy, by the visitor', article: VISITORS_MAIL, scene: RESTORED, outcome: 'held' },
  { why: 'after the copy, internal', article: { internal: true }, scene: RESTORED, outcome: 'internal' },
  { why: 'after the copy, of the bot', article: { createdById: BOT }, scene: RESTORED, outcome: 'bot' },
  { why: 'after the copy, to others', article: mail([OTHERS], SENT), scene: RESTORED, outcome: 'forwarded' },
  { why: 'after the copy, left', scene: { ...RESTORED, ...LEFT }, outcome: 'left held' },
  { why: 'after the copy, released', scene: { ...RESTORED, ...RELEASED, isKnown: true }, outcome: 'answer' },
  { why: 'after the copy, elsewhere', scene: { ...RESTORED, isAtHome: false }, outcome: 'elsewhere' },
]

test.for([...mails, ...visitors, ...notes, ...times])('$why: $outcome', ({ article, scene, outcome }) => {
  expect(dispose({ ...AGENTS_NOTE, ...article }, { ...SCENE, ...scene })).toEqual(OUTCOMES[outcome])
})

const RELAYED_TYPES = [
  'note',
  'phone',
  'web',
  'sms',
  'chat',
  'fax',
  'twitter status',
  'twitter direct-message',
  'facebook feed post',
  'facebook feed comment',
  'facebook feed note',
  'telegram personal-message',
  'whatsapp message',
]

test.for(RELAYED_TYPES)('a public word of staff by %s goes to the visitor', (type) => {
  expect(dispose({ ...AGENTS_NOTE, type }, SCENE)).toEqual(OUTCOMES.answer)
})
