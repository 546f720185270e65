import { broken, groupAccess, masked, may, notFound, unprocessable, type Caller } from './access.ts'
import type { Core } from './model.ts'
import { column, flag, isBlank, isObject, textOf, type Params } from './params.ts'
import { AGENT, ARTICLE_TYPES, CUSTOMER, EMAIL, NOTE, SENDERS, WEB, type JsonObject } from './rows.ts'
import { isAddress, userByEmail, userByLogin } from './users.ts'

const BODY_MOST = 1_500_000

export interface Upload {
  readonly filename: string
  readonly preferences: JsonObject
  readonly base64: string
  readonly size: number
}

/** An article that has passed every check and can be stored without fail. */
export interface Draft {
  readonly typeId: number
  readonly senderId: number
  readonly originById: number | null
  readonly body: string
  readonly contentType: string
  readonly internal: boolean
  readonly mentions: readonly number[]
  readonly uploads: readonly Upload[]
  readonly params: Params
}

function lookUp(names: readonly string[], params: Params, name: 'type' | 'sender', usual: number): number {
  const id = params[`${name}_id`]
  if (!isBlank(id)) return Number(id)
  const text = textOf(params[name])
  if (text === null) return usual
  const at = names.findIndex((known) => known.toLowerCase() === text.toLowerCase())
  if (at < 0) throw unprocessable(`No lookup value found for '${name}': "${text}"`)
  return at + 1
}

/** Checks an article before anything is stored. Throws what Zammad answers. */
export function draftArticle(core: Core, caller: Caller, groupId: number, params: Params): Draft {
  const body = textOf(params['body'])
  if (body === null) throw unprocessable("Need at least an 'article body' field.")
  const agent = may(core, caller, 'ticket.agent')
  const asked = lookUp(ARTICLE_TYPES, params, 'type', NOTE)
  const typeId = agent || asked === NOTE || asked === WEB ? asked : NOTE
  const originById = agent ? readOrigin(core, params) : null
  const sender = lookUp(SENDERS, params, 'sender', agent ? AGENT : CUSTOMER)
  const senderId = !agent || (originById !== null && typeId !== EMAIL) ? CUSTOMER : sender
  const uploads = readUploads(params['attachments'])
  if (body.trim() === '') throw unprocessable("Need at least an 'article body' field.")
  if (body.length > BODY_MOST)
    throw unprocessable(`body of article is too large, ${body.length} chars - only ${BODY_MOST} allowed`)
  const draft: Draft = {
    typeId,
    senderId,
    originById,
    body: body.replaceAll('\u0000', ''),
    contentType: column(params['content_type'], 20) ?? 'text/plain',
    internal: agent && flag(params['internal']),
    mentions: readMentions(core, groupId, body),
    uploads,
    params,
  }
  checkMail(core, groupId, draft)
  return draft
}

function readOrigin(core: Core, params: Params): number | null {
  const id = params['origin_by_id']
  if (!isBlank(id)) return Number(id)
  const text = textOf(params['origin_by'])
  if (text === null) return null
  const user = userByLogin(core, text) ?? userByEmail(core, text.toLowerCase())
  if (!user) throw unprocessable(`No lookup value found for 'origin_by': "${text}"`)
  return user.id
}

function readUploads(list: unknown): Upload[] {
  if (!Array.isArray(list)) return []
  return list.map((item, index) => {
    const upload = isObject(item) ? item : {}
    for (const key of ['filename', 'data', 'mime-type'])
      if (!(key in upload))
        throw unprocessable(`Attachment needs '${key}' param for attachment with index '${index}'`)
    const base64 = String(upload['data']).replace(/[\r\n]/g, '')
    if (!isBase64(base64)) throw unprocessable(`Invalid base64 for attachment with index '${index}'`)
    return {
      filename: String(upload['filename']),
      preferences: { 'Mime-Type': String(upload['mime-type']) },
      base64,
      size: sizeOf(base64),
    }
  })
}

const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
export const sizeOf = (base64: string): number =>
  (base64.length / 4) * 3 - (/=*$/.exec(base64)?.[0].length ?? 0)

/** Zammad reads mentions even out of plain text; the newer one refuses unknown people. */
function readMentions(core: Core, groupId: number, body: string): number[] {
  const ids = Array.from(body.matchAll(/<a[^>]*\bdata-mention-user-id=["']?(\d+)/gi), (match) =>
    Number(match[1]),
  )
  const known = ids.filter((id) => core.state.users.has(id))
  if (core.profile === '6.2') return known
  for (const id of ids) {
    const user = core.state.users.get(id)
    if (!user) throw notFound('User', id)
    if (!groupAccess(core, user, groupId, 'read'))
      throw masked(`User ${id} has no permission to be mentioned in this ticket.`)
  }
  return known
}

export const addressOf = (core: Core, groupId: number): { name: string; email: string } | null =>
  core.state.addresses.get(core.state.groups.get(groupId)?.email_address_id ?? 0) ?? null

function checkMail(core: Core, groupId: number, draft: Draft): void {
  if (draft.typeId !== EMAIL) return
  const recipient = addressIn(textOf(draft.params['to']) ?? '')
  if (core.profile === '6.6' && !isAddress(recipient))
    throw unprocessable('Sending an email without a valid recipient is not possible.')
  if (draft.senderId !== CUSTOMER && !addressOf(core, groupId))
    throw broken(`No email address found for group ${core.state.groups.get(groupId)?.name ?? ''}`)
}

/** The bare address of "Name <address>". */
export const addressIn = (text: string): string => (/<([^<>]+)>\s*$/.exec(text)?.[1] ?? text).trim()
