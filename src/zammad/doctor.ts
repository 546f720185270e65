import type { Account, Desk, Group } from '../desk.ts'
import { Failure } from '../failure.ts'
import { isSuccess, type Answer, type Client } from './client.ts'
import { said } from './rights.ts'
import { SettingRows, VersionRow } from './schemas.ts'

/** What the doctor says about one thing. */
export interface Diagnosis {
  readonly check: string
  readonly ok: boolean
  /** One line: what was seen, or why it cannot be known. */
  readonly detail: string
  /** One line: what to do; null where nothing is to be done. */
  readonly fix: string | null
}

/** What Firstline's own settings expect of the Zammad. */
export interface Expected {
  readonly units: readonly { readonly id: string; readonly group: string; readonly mail: string | null }[]
  /** First digits of the numbers we allot; null while unknown, or where Zammad numbers. */
  readonly prefix: string | null
  /** What stands before a number in a subject. */
  readonly ticketHook: string
  /** Where answers by mail go whatever the unit; null or left out: to the unit's own address. */
  readonly replyTo?: string | null
}

/** What only an administrator's token is told. */
interface AdminSight {
  readonly version: Answer
  readonly settings: ReadonlyMap<string, unknown> | null
}

const fine = (check: string, detail: string): Diagnosis => ({ check, ok: true, detail, fix: null })
const wrong = (check: string, detail: string, fix: string): Diagnosis => ({ check, ok: false, detail, fix })

/**
 * Looks at the Zammad behind the client without changing anything; throws nothing that a Zammad can cause.
 * What the token may not see is told as unknown, and is no fault: an agent's token is the right one.
 */
export async function examineZammad(
  client: Client,
  desk: Desk,
  expected: Expected,
): Promise<readonly Diagnosis[]> {
  const contact = await orDiagnosis('Zammad', () => desk.account())
  if ('check' in contact) return [contact]
  const sight = await orDiagnosis('Zammad version', () => adminSight(client))
  const rights = await orDiagnosis('Zammad rights', async () => {
    await desk.newest(1)
    return fine('Zammad rights', 'the token may read tickets')
  })
  return [
    fine('Zammad', `answers to account ${contact.id} (${contact.roles.join(', ')})`),
    rights,
    ...('check' in sight ? [sight] : examineSettings(sight, contact, expected)),
    ...expected.units.flatMap((unit) => examineUnit(unit, contact.groups, expected.replyTo ?? null)),
  ]
}

const FIX_OF_FAILURE = {
  unavailable: 'Check ZAMMAD_URL, and that this machine reaches it; then ask again.',
  uncertain: 'Ask again.',
  refused: 'Check that ZAMMAD_URL is the address of a Zammad of version 6.2 or later.',
  misconfigured:
    'Check ZAMMAD_URL and ZAMMAD_TOKEN: a token of the permission ticket.agent, of an account of the role Agent.',
} as const satisfies Record<Failure['code'], string>

async function orDiagnosis<T extends object>(check: string, look: () => Promise<T>): Promise<T | Diagnosis> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof Failure) return wrong(check, error.message, FIX_OF_FAILURE[error.code])
    throw error
  }
}

async function adminSight(client: Client): Promise<AdminSight> {
  const version = await client.get('/version')
  const settings = SettingRows.safeParse((await client.get('/settings?per_page=1000')).body)
  return {
    version,
    settings: settings.success
      ? new Map(settings.data.map((row) => [row.name, row.state_current?.value]))
      : null,
  }
}

function examineSettings(sight: AdminSight, account: Account, expected: Expected): readonly Diagnosis[] {
  return [
    versionOf(sight.version),
    tooManyRights(sight, account),
    numbersOf(sight.settings, expected.prefix),
    hookOf(sight.settings, expected.ticketHook),
    linkOf(sight.settings),
  ]
}

const UNKNOWN = 'unknown: the token may not read it, which is as it should be'

function versionOf(answer: Answer): Diagnosis {
  const check = 'Zammad version'
  const read = VersionRow.safeParse(answer.body)
  if (!isSuccess(answer) || !read.success) {
    return fine(check, answer.status === 403 ? UNKNOWN : `unknown: ${said(answer)}`)
  }
  const { version } = read.data
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  if (major > 6 || (major === 6 && minor >= 2)) return fine(check, version)
  return wrong(check, `${version} is older than Firstline knows`, 'Bring Zammad to 6.2 or later.')
}

/** Contract 2.1: whoever holds a token of an administrator may act as anybody. */
function tooManyRights(sight: AdminSight, account: Account): Diagnosis {
  const check = 'Zammad rights, too many'
  const seen = [
    ...(isSuccess(sight.version) ? ['the token reads the version'] : []),
    ...(sight.settings ? ['the token reads settings'] : []),
    ...(account.roles.includes('Admin') ? ['the account has the role Admin'] : []),
  ]
  if (seen.length === 0) return fine(check, 'the token is no administrator’s')
  return wrong(
    check,
    `${seen.join(', ')}: who gets hold of it rules the helpdesk`,
    'Make an account of the role Agent alone, and a token of it with the permission ticket.agent alone.',
  )
}

const asText = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : null

/** Contract 4.7, 6: a number of another shape is not found again in a mail's subject. */
function numbersOf(settings: AdminSight['settings'], prefix: string | null): Diagnosis {
  const check = 'Ticket numbers'
  if (prefix === null) return fine(check, 'no prefix is known yet, or Zammad numbers')
  const systemId = asText(settings?.get('system_id'))
  if (systemId === null) return fine(check, `prefix ${prefix}; Zammad's own is ${UNKNOWN}`)
  const byDate = asText(settings?.get('ticket_number'))?.endsWith('Date') === true
  const start = byDate ? `^\\d{4,10}${systemId}` : `^${systemId}`
  if (/^\d+$/u.test(systemId) && new RegExp(`${start}\\d*$`, 'u').test(prefix)) {
    return fine(check, `prefix ${prefix} fits Zammad's system id ${systemId}`)
  }
  return wrong(
    check,
    `prefix ${prefix} does not fit Zammad's system id ${systemId}: mails would not find their tickets`,
    byDate
      ? `Set TICKET_PREFIX to a day like 20260101 followed by ${systemId}.`
      : `Set TICKET_PREFIX to digits that begin with ${systemId}.`,
  )
}

function hookOf(settings: AdminSight['settings'], hook: string): Diagnosis {
  const check = 'Ticket hook'
  const theirs = asText(settings?.get('ticket_hook'))
  if (theirs === null) return fine(check, `${hook}; Zammad's own is ${UNKNOWN}`)
  if (theirs === hook) return fine(check, hook)
  return wrong(check, `${hook}, but Zammad writes ${theirs}`, `Set TICKET_HOOK to ${theirs}.`)
}

/** 0.2: off, a visitor of ours cannot enter by single sign-on with the same address later. */
function linkOf(settings: AdminSight['settings']): Diagnosis {
  const check = 'Automatic account link'
  const value = settings?.get('auth_third_party_auto_link_at_inital_login')
  const place = 'Settings, Security, Third-party Applications: "Automatic account link on initial logon"'
  if (value === true) return fine(check, 'on')
  if (value === undefined) return fine(check, `unknown to this token; with single sign-on look at ${place}`)
  return wrong(
    check,
    'off: who wrote through a form cannot enter by single sign-on with the same address',
    `Switch it on at ${place}.`,
  )
}

const NEEDED = ['read', 'create', 'change'] as const

function examineUnit(
  unit: Expected['units'][number],
  groups: readonly Group[],
  replyTo: string | null,
): readonly Diagnosis[] {
  const check = `Group of unit ${unit.id}`
  const group = groups.find((candidate) => candidate.name === unit.group)
  if (!group) {
    return [
      wrong(
        check,
        `"${unit.group}" does not exist, or the account may not enter it`,
        `Give Firstline's account full access to the group "${unit.group}", or correct units.yaml.`,
      ),
    ]
  }
  return [accessTo(check, group), addressOf(unit, group, replyTo)]
}

function accessTo(check: string, group: Group): Diagnosis {
  if (!group.active) {
    return wrong(check, `"${group.name}" is inactive`, 'Activate the group in Zammad, or correct units.yaml.')
  }
  const missing = group.access.includes('full') ? [] : NEEDED.filter((word) => !group.access.includes(word))
  if (missing.length === 0) return fine(check, `"${group.name}" is active and open to Firstline`)
  return wrong(
    check,
    `in "${group.name}" the account lacks: ${missing.join(', ')}`,
    `Give Firstline's account full access to the group "${group.name}".`,
  )
}

function addressOf(unit: Expected['units'][number], group: Group, replyTo: string | null): Diagnosis {
  const check = `Address of unit ${unit.id}`
  if (unit.mail === null) {
    return fine(check, group.hasAddress ? 'Zammad mails its answers' : 'none: Firstline brings every answer')
  }
  if (group.hasAddress) return fine(check, `${unit.mail}, and the group has an address in Zammad`)
  const seen = `units.yaml names ${unit.mail}, but the group "${group.name}" has no address in Zammad`
  const fix = 'Give the group its address in Zammad, or take mail: out of units.yaml'
  if (replyTo !== null) return wrong(check, `${seen}; answers by mail go to MAIL_REPLY_TO`, `${fix}.`)
  return wrong(
    check,
    `${seen}, so that answers by mail would reach nobody and visitors are told to answer on the page`,
    `${fix}, or set MAIL_REPLY_TO.`,
  )
}
