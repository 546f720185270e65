import sanitizeHtml from 'sanitize-html'
import type { ArticleFile } from '../desk.ts'
import { wellNested } from './well-nested.ts'

const TAGS = [
  'p',
  'div',
  'br',
  'hr',
  'h3',
  'h4',
  'b',
  'strong',
  'i',
  'em',
  'u',
  's',
  'sub',
  'sup',
  'code',
  'pre',
  'blockquote',
  'ul',
  'ol',
  'li',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
  'a',
  'img',
]

/** What browsers read otherwise than as text and elements goes with all that is in it. */
const EMPTIED = [
  'script',
  'style',
  'title',
  'textarea',
  'option',
  'select',
  'noscript',
  'noembed',
  'noframes',
  'xmp',
  'plaintext',
  'listing',
  'template',
  'iframe',
  'object',
  'audio',
  'video',
  'canvas',
  'svg',
  'math',
]

/** What means the same to a reader. */
const SAME_AS: ReadonlyMap<string, string> = new Map([
  ['strike', 's'],
  ['del', 's'],
  ['ins', 'u'],
  ['kbd', 'code'],
  ['samp', 'code'],
  ['tt', 'code'],
  ['tfoot', 'tbody'],
  ...['section', 'article', 'header', 'footer', 'main', 'center', 'address', 'figure', 'figcaption'].map(
    (name) => [name, 'div'] as const,
  ),
  ...['dl', 'dt', 'dd'].map((name) => [name, 'div'] as const),
])

/** Deeper than people nest, and so shallow that whoever walks the elements is safe. */
const MOST_NESTED = 40
const MOST_SPANNED = 20
const LINK_SCHEMES = ['https:', 'http:', 'mailto:', 'tel:']
const OPTIONS: sanitizeHtml.IOptions = {
  allowedTags: TAGS,
  nonTextTags: EMPTIED,
  allowedAttributes: {
    '*': ['dir'],
    a: ['href', 'rel'],
    img: ['src', 'alt'],
    ol: ['start'],
    td: ['colspan', 'rowspan'],
    th: ['colspan', 'rowspan', 'scope'],
    blockquote: ['type'],
    div: ['data-signature'],
  },
  allowedSchemes: LINK_SCHEMES.map((scheme) => scheme.slice(0, -1)),
  allowedSchemesByTag: { img: ['file'] },
  allowProtocolRelative: false,
  parseStyleAttributes: false,
  nestingLimit: MOST_NESTED,
}

/** Zammad's address of a picture in a text, on whatever host (L36). */
const ZAMMAD_PICTURE =
  /^(?:https?:\/\/[^/?#\s]+(?:\/[^/?#\s]+)*)?\/api\/v1\/ticket_attachment\/\d+\/\d+\/(\d{1,15})(?:\?[\w=&-]*)?$/
/** Controls but tab and line feed, and what makes text read in an order that it is not stored in. */
const NEVER_SHOWN = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]/gu
const LONE_SURROGATES = /\p{Surrogate}/gu

/** A tag as it is to be written, or null where only what is in it stays. */
type Tag = sanitizeHtml.Tag | null

type Pictures = readonly Pick<ArticleFile, 'id' | 'name'>[]

/**
 * HTML of staff, made harmless for a page and for mail by an allow-list. Pictures are the article's own files, as
 * `file:ID`; nothing else is loaded from anywhere. `blockquote type="cite"` and `div data-signature="true"` are
 * still marked as such. What it gives is well-formed and well-nested, of a bounded depth, and it never throws.
 */
export function harmless(html: string, files: Pictures): string {
  const headings = headingsBelow()
  const written = (name: string, attributes: sanitizeHtml.Attributes): Tag => {
    const level = /^h([1-6])$/.exec(name)?.[1]
    return level === undefined
      ? writtenTag(SAME_AS.get(name) ?? name, attributes, files)
      : { tagName: headings(Number(level)), attribs: direction(attributes) }
  }
  const allowed = sanitizeHtml(html, {
    ...OPTIONS,
    // A tag that is not allowed is left out, and what is in it stays.
    transformTags: {
      '*': (name, attributes) => written(name, attributes) ?? { tagName: 'span', attribs: {} },
    },
  })
  return wellNested(allowed.replace(NEVER_SHOWN, '').replace(LONE_SURROGATES, '\ufffd'))
}

/** The page has a heading of its own above: the first one is an h3, and those that are below it are h4. */
function headingsBelow(): (level: number) => 'h3' | 'h4' {
  let first: number | null = null
  return (level) => {
    first ??= level
    return level > first ? 'h4' : 'h3'
  }
}

function writtenTag(tagName: string, attributes: sanitizeHtml.Attributes, files: Pictures): Tag {
  if (tagName === 'a') return link(attributes)
  if (tagName === 'img') return picture(attributes, files)
  return { tagName, attribs: { ...direction(attributes), ...ownAttributes(tagName, attributes) } }
}

function ownAttributes(tagName: string, attributes: sanitizeHtml.Attributes): sanitizeHtml.Attributes {
  if (tagName === 'blockquote' && attributes['type'] === 'cite') return { type: 'cite' }
  if (tagName === 'div' && attributes['data-signature'] === 'true') return { 'data-signature': 'true' }
  if (tagName === 'ol') return number('start', attributes, 9_999)
  if (tagName !== 'td' && tagName !== 'th') return {}
  const scope = attributes['scope'] ?? ''
  return {
    ...number('colspan', attributes, MOST_SPANNED),
    ...number('rowspan', attributes, MOST_SPANNED),
    ...(tagName === 'th' && ['col', 'row'].includes(scope) ? { scope } : {}),
  }
}

function number(name: string, attributes: sanitizeHtml.Attributes, most: number): sanitizeHtml.Attributes {
  const value = attributes[name] ?? ''
  return /^\d{1,4}$/.test(value) && Number(value) >= 1 && Number(value) <= most
    ? { [name]: String(Number(value)) }
    : {}
}

function direction(attributes: sanitizeHtml.Attributes): sanitizeHtml.Attributes {
  const dir = attributes['dir']?.toLowerCase() ?? ''
  return ['ltr', 'rtl', 'auto'].includes(dir) ? { dir } : {}
}

/** A link that leads where it says; a mention of a colleague is none, nor is what would lead to a page of ours. */
function link(attributes: sanitizeHtml.Attributes): Tag {
  if ('data-mention-user-id' in attributes) return null
  const url = URL.parse((attributes['href'] ?? '').replace(NEVER_SHOWN, '').trim())
  if (!url || !LINK_SCHEMES.includes(url.protocol)) return null
  url.username = ''
  url.password = ''
  return { tagName: 'a', attribs: { href: url.href, rel: 'noopener noreferrer nofollow' } }
}

function picture(attributes: sanitizeHtml.Attributes, files: Pictures): Tag {
  const id = ZAMMAD_PICTURE.exec(attributes['src']?.trim() ?? '')?.[1]
  const file = files.find((each) => String(each.id) === id)
  if (!file) return null
  const alt = attributes['alt']?.trim() ?? ''
  return { tagName: 'img', attribs: { src: `file:${file.id}`, alt: alt === '' ? file.name : alt } }
}
