/** What Zammad leaves of an HTML body: no scripts, no handlers, no foreign schemes. */

const ALLOWED = new Set(
  `a abbr address article aside b blockquote br caption cite code col colgroup dd del div dl dt em
   figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li nav ol p pre q s section small
   span strike strong sub sup table tbody td tfoot th thead tr u ul`.split(/\s+/),
)
const ATTRIBUTES = new Set(
  'align alt border cellpadding cellspacing colspan height href rowspan src style title valign width'.split(
    ' ',
  ),
)
/** Elements that go with all that is in them. */
const EMPTIED = /<(script|style|head|title|svg|math|iframe|object)\b[\s\S]*?(?:<\/\1\s*>|$)/gi
const TAG = /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>/g
const ATTRIBUTE = /([a-zA-Z][a-zA-Z0-9:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))/g
const SAFE_LINK = /^(https?:|mailto:|tel:|ftp:|\/|#)/i
const DATA_IMAGE = /^data:(image\/(?:png|jpeg|gif|webp));base64,([A-Za-z0-9+/=\s]+)$/i

/** An image that came inside the text. */
export interface InlineImage {
  readonly type: string
  readonly base64: string
}

/** The body that is kept; `place` says under which address an image of its own is found later. */
export function sanitize(html: string, place: (image: InlineImage) => string): string {
  const dropped: string[] = []
  return html
    .replace(EMPTIED, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(TAG, (_, slash: string, name: string, attributes: string) => {
      const tag = name.toLowerCase()
      if (!ALLOWED.has(tag)) return ''
      if (slash !== '') return tag === 'a' && dropped.pop() === 'dropped' ? '' : `</${tag}>`
      const kept = keepAttributes(attributes, place)
      const deadLink = tag === 'a' && /\bhref\s*=/i.test(attributes) && !kept.includes(' href=')
      if (tag === 'a') dropped.push(deadLink ? 'dropped' : 'kept')
      return deadLink ? '' : `<${tag}${kept}>`
    })
}

function keepAttributes(text: string, place: (image: InlineImage) => string): string {
  return Array.from(text.matchAll(ATTRIBUTE), ([, name = '', double, single, bare]) => {
    const key = name.toLowerCase()
    const value = (double ?? single ?? bare ?? '').trim()
    if (!ATTRIBUTES.has(key)) return ''
    const [, type, base64] = (key === 'src' && DATA_IMAGE.exec(value)) || []
    if (type !== undefined && base64 !== undefined)
      return ` src="${place({ type, base64: base64.replace(/\s/g, '') })}" style="max-width:100%;"`
    if ((key === 'href' || key === 'src') && !SAFE_LINK.test(value)) return ''
    return ` ${key}="${value.replaceAll('"', '&quot;')}"`
  }).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
}

/** An HTML body as plain text: paragraphs and breaks become lines. */
export const toText = (html: string): string =>
  html
    .replace(EMPTIED, '')
    .replace(/<br\s*\/?>|<\/(p|div|li|tr|h[1-6])\s*>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(#x?[0-9a-f]+|[a-z]+);/gi, (whole, entity: string) => decode(entity) ?? whole)
    .replace(/\n{3,}/g, '\n\n')
    .trim()

function decode(entity: string): string | undefined {
  if (!entity.startsWith('#')) return ENTITIES[entity.toLowerCase()]
  const hex = entity[1]?.toLowerCase() === 'x'
  const code = Number.parseInt(entity.slice(hex ? 2 : 1), hex ? 16 : 10)
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}

export const isHtml = (contentType: string): boolean => /html/i.test(contentType)
