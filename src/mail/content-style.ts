import { type Accent, CODE_FONT, DARK, LIGHT } from './tokens.ts'

/** The class around what a person wrote. */
export const CONTENT_CLASS = 'content'

// A column never gets narrower than a short word, however long a word in another one is.
const cell = `min-width: 3.5rem; padding: 0.375rem 0.625rem; border: 1px solid ${LIGHT.line}; text-align: left; vertical-align: top`
const list = 'margin: 0 0 0.75rem; padding: 0 0 0 1.5rem'
const heading = 'margin: 1.25rem 0 0.5rem; line-height: 1.3'
const code = `background: ${LIGHT.ground}; border-radius: 4px; font-family: ${CODE_FONT}; font-size: 0.875rem`

/** How each tag of a person's words looks. Mail programs that read no style sheet see these, so they are light. */
const styles = (accent: Accent): Readonly<Record<string, string>> => ({
  a: `color: ${accent.light}; overflow-wrap: anywhere`,
  p: 'margin: 0 0 0.75rem',
  ul: list,
  ol: list,
  li: 'margin: 0 0 0.25rem',
  h2: `${heading}; font-size: 1.0625rem`,
  h3: `${heading}; font-size: 1rem`,
  blockquote: `margin: 0 0 0.75rem; padding: 0 0 0 0.875rem; border-left: 3px solid ${LIGHT.line}; color: ${LIGHT.soft}`,
  pre: `margin: 0 0 0.75rem; padding: 0.75rem; ${code}; line-height: 1.45; white-space: pre-wrap; overflow-wrap: anywhere`,
  code: `padding: 0.0625rem 0.25rem; ${code}`,
  hr: `margin: 1.25rem 0; border: 0; border-top: 1px solid ${LIGHT.line}`,
  img: 'max-width: 100%; height: auto; border-radius: 4px',
  table: 'max-width: 100%; margin: 0 0 0.75rem; border-collapse: collapse',
  th: cell,
  td: cell,
})

/** A tag as a sanitiser writes it: lower case, and no `>` within its attributes. */
const OPENING = /<([a-z][a-z0-9]*)(?=[\s/>])([^>]*)>/g
const STYLE = /\sstyle="([^"]*)"/

/** Headings of a person's words, as they stand on the page: in a mail there is one level less above them. */
const HEADING = /(?<=<\/?h)[34](?=[\s>])/g

/** Sanitised HTML with our look on its tags. What a tag says of its own look goes before ours. */
export function styled(html: string, accent: Accent): string {
  const known = styles(accent)
  const inMail = html.replace(HEADING, (level) => String(Number(level) - 1))
  return inMail.replace(OPENING, (tag: string, name: string, rest: string) => {
    const look = Object.hasOwn(known, name) ? known[name] : undefined
    if (look === undefined) return tag
    const own = STYLE.exec(rest)?.[1] ?? ''
    return `<${name} style="${[look, own].filter((each) => each !== '').join('; ')}"${rest.replace(STYLE, '')}>`
  })
}

/** What tags of a person's words owe to where they stand, which no style on the tag itself can say. */
export const CONTENT_IN_PLACE = [
  `.${CONTENT_CLASS} pre code { padding: 0 !important }`,
  `.${CONTENT_CLASS} > :last-child { margin-bottom: 0 !important }`,
].join('\n')

/** The dark tokens for a person's words: in their text no colour of its own stays, as it may be ink on ink. */
export const darkContent = (accent: Accent): string => {
  const rule = (tags: readonly string[], look: string) =>
    `  ${tags.map((tag) => `.${CONTENT_CLASS} ${tag}`).join(', ')} { ${look} }`
  return [
    `  .${CONTENT_CLASS} { color: ${DARK.ink} !important; border-color: ${accent.dark} !important }`,
    rule(['*'], 'color: inherit !important; background-color: transparent !important'),
    rule(['a', 'a *'], `color: ${accent.dark} !important`),
    rule(['blockquote'], `color: ${DARK.soft} !important`),
    rule(['blockquote', 'hr', 'th', 'td'], `border-color: ${DARK.line} !important`),
    rule(['pre', 'code'], `background-color: ${DARK.ground} !important`),
    rule(['pre code'], 'background-color: transparent !important'),
  ].join('\n')
}
