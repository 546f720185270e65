import type { Child } from 'hono/jsx'
import type { Language } from '../language.ts'
import type { Wording } from './wording.ts'

/** The accent colour in light and dark, as the site names it. */
export interface Accent {
  readonly light: string
  readonly dark: string
}

export const ACCENT: Accent = { light: '#0b5f79', dark: '#63c3df' }

const ink = '#16202a'
const soft = '#4a5866'
const paper = '#ffffff'
const ground = '#f3f6f8'
const line = '#cfd8e0'
const font = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"

/** Inline styles cannot ask for the reader's scheme, so the dark tokens stand in the head and win by weight. */
const darkTokens = (accent: Accent): string =>
  [
    ':root { color-scheme: light dark; supported-color-schemes: light dark }',
    '@media (prefers-color-scheme: dark) {',
    '  .ground { background: #0b1015 !important }',
    '  .paper { background: #12181f !important; border-color: #2d3945 !important }',
    '  .ink { color: #e8edf2 !important }',
    '  .soft { color: #a9b6c3 !important }',
    `  .accent { color: ${accent.dark} !important }`,
    `  .button { background: ${accent.dark} !important; color: #06222c !important }`,
    '}',
  ].join('\n')

/** The words as plain text, written for people who read mail that way. */
export function plainText(wording: Wording): string {
  const facts = wording.facts.map(({ name, value }) => `${name}: ${value}`)
  const sections = wording.sections.map(({ title, lines }) =>
    [title, ...lines.map((each) => `- ${each}`)].join('\n'),
  )
  const blocks = [
    `${wording.answer}\n${wording.link.url}`,
    `${wording.heading}. ${wording.lead}`,
    ...(facts.length > 0 ? [facts.join('\n')] : []),
    ...sections,
    wording.foot,
    `-- \n${wording.site}`,
  ]
  return `${blocks.join('\n\n')}\n`
}

const Row = ({ children, space = '1.5rem' }: { children: Child; space?: string }) => (
  <tr>
    <td style={`padding: ${space} 1.5rem 0`}>{children}</td>
  </tr>
)

const Facts = ({ wording }: { wording: Wording }) => (
  <table role="presentation" cellpadding="0" cellspacing="0" border={0}>
    {wording.facts.map(({ name, value }) => (
      <tr>
        <td class="soft" style={`padding: 0.25rem 1rem 0.25rem 0; color: ${soft}; vertical-align: top`}>
          {name}
        </td>
        <td
          class="ink"
          style={`padding: 0.25rem 0; color: ${ink}; vertical-align: top; font-weight: 600; font-variant-numeric: tabular-nums`}
        >
          {value}
        </td>
      </tr>
    ))}
  </table>
)

const Sections = ({ wording }: { wording: Wording }) => (
  <>
    {wording.sections.map(({ title, lines }) => (
      <Row>
        <h2 class="ink" style={`margin: 0; font-size: 1.0625rem; line-height: 1.3; color: ${ink}`}>
          {title}
        </h2>
        {lines.map((each) => (
          <p class="ink" style={`margin: 0.5rem 0 0; color: ${ink}`}>
            {each}
          </p>
        ))}
      </Row>
    ))}
  </>
)

const Card = ({ wording, accent }: { wording: Wording; accent: Accent }) => (
  <table
    role="presentation"
    class="paper"
    width="100%"
    cellpadding="0"
    cellspacing="0"
    border={0}
    style={
      `max-width: 36rem; margin: 0 auto; text-align: left; background: ${paper}; ` +
      `border: 1px solid ${line}; border-radius: 14px; font: 400 1rem/1.55 ${font}`
    }
  >
    <Row>
      <p class="soft" style={`margin: 0; font-size: 0.9375rem; color: ${soft}`}>
        {wording.answer}
      </p>
    </Row>
    <Row>
      <h1
        class="ink"
        style={`margin: 0; font-size: 1.5rem; line-height: 1.15; letter-spacing: -0.02em; color: ${ink}`}
      >
        {wording.heading}
      </h1>
      <p class="ink" style={`margin: 0.5rem 0 0; color: ${ink}`}>
        {wording.lead}
      </p>
    </Row>
    {wording.facts.length > 0 && (
      <Row>
        <Facts wording={wording} />
      </Row>
    )}
    <Row>
      <a
        class="button"
        href={wording.link.url}
        style={
          `display: inline-block; padding: 0.75rem 1.25rem; border-radius: 8px; background: ${accent.light}; ` +
          'color: #ffffff; font-weight: 600; text-decoration: none'
        }
      >
        {wording.link.label}
      </a>
      <p style="margin: 0.75rem 0 0; font-size: 0.875rem; word-break: break-all">
        <a class="accent" href={wording.link.url} style={`color: ${accent.light}`}>
          {wording.link.url}
        </a>
      </p>
    </Row>
    <Sections wording={wording} />
    <tr>
      <td class="soft" style={`padding: 1.5rem; font-size: 0.9375rem; color: ${soft}`}>
        <p style="margin: 0">{wording.foot}</p>
        <p style="margin: 0.5rem 0 0">{wording.site}</p>
      </td>
    </tr>
  </table>
)

/** The words as an HTML document: one column, no picture, nothing fetched, readable in both schemes. */
export function htmlText(wording: Wording, language: Language, accent: Accent): string {
  const page: { toString: () => string } = (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <meta name="format-detection" content="telephone=no" />
        <title>{wording.subject}</title>
        <style dangerouslySetInnerHTML={{ __html: darkTokens(accent) }} />
      </head>
      <body class="ground" style={`margin: 0; padding: 0; background: ${ground}`}>
        <div role="main">
          <table role="presentation" class="ground" width="100%" cellpadding="0" cellspacing="0" border={0}>
            <tr>
              <td align="center" style="padding: 1.5rem 0.75rem">
                <Card wording={wording} accent={accent} />
              </td>
            </tr>
          </table>
        </div>
      </body>
    </html>
  )
  return `<!DOCTYPE html>${page.toString()}`
}
