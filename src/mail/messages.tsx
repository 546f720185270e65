import type { Child } from 'hono/jsx'
import type { Language } from '../language.ts'
import { CONTENT_CLASS, CONTENT_IN_PLACE, darkContent, styled } from './content-style.ts'
import { Lists } from './lists.tsx'
import { type Accent, DARK, FONT, LIGHT } from './tokens.ts'
import type { Link, Wording } from './wording.ts'

const { ink, soft, paper, ground, line } = LIGHT

/** Inline styles cannot ask for the reader's scheme, so the dark tokens stand in the head and win by weight. */
const styleSheet = (accent: Accent): string =>
  [
    ':root { color-scheme: light dark; supported-color-schemes: light dark }',
    CONTENT_IN_PLACE,
    '@media (prefers-color-scheme: dark) {',
    `  .ground { background: ${DARK.ground} !important }`,
    `  .paper { background: ${DARK.paper} !important; border-color: ${DARK.line} !important }`,
    `  .ink { color: ${DARK.ink} !important }`,
    `  .entry { border-color: ${DARK.line} !important }`,
    `  .soft { color: ${DARK.soft} !important }`,
    `  .accent { color: ${accent.dark} !important }`,
    `  .button { background: ${accent.dark} !important; color: ${DARK.onAccent} !important }`,
    darkContent(accent),
    '}',
  ].join('\n')

const Row = ({ children, space = '1.5rem' }: { children: Child; space?: string }) => (
  <tr>
    <td style={`padding: ${space} 1.5rem 0`}>{children}</td>
  </tr>
)

const Facts = ({ facts }: Pick<Wording, 'facts'>) => (
  <Row>
    <table role="presentation" cellpadding="0" cellspacing="0" border={0}>
      {facts.map(({ name, value }) => (
        <tr>
          <td class="soft" style={`padding: 0.25rem 1rem 0.25rem 0; color: ${soft}; vertical-align: top`}>
            {name}
          </td>
          <td
            class="ink"
            style={`padding: 0.25rem 0; color: ${ink}; vertical-align: top; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere`}
          >
            {value}
          </td>
        </tr>
      ))}
    </table>
  </Row>
)

/** What a person wrote, with the accent edge that their words have on the page. */
const Content = ({ html, accent }: { html: string; accent: Accent }) => (
  <Row>
    <div
      class={CONTENT_CLASS}
      style={`padding: 0.125rem 0 0.125rem 1rem; border-left: 3px solid ${accent.light}; color: ${ink}; overflow-x: auto; overflow-wrap: anywhere`}
      dangerouslySetInnerHTML={{ __html: styled(html, accent) }}
    />
  </Row>
)

const Address = ({ url, accent }: { url: string; accent: Accent }) => (
  <a class="accent" href={url} style={`color: ${accent.light}`}>
    {url}
  </a>
)

const Button = ({ link, accent }: { link: Link; accent: Accent }) => (
  <Row>
    <a
      class="button"
      href={link.url}
      style={
        `display: inline-block; padding: 0.75rem 1.25rem; border-radius: 8px; background: ${accent.light}; ` +
        `color: ${LIGHT.onAccent}; font-weight: 600; text-decoration: none`
      }
    >
      {link.label}
    </a>
    <p style="margin: 0.75rem 0 0; font-size: 0.875rem; word-break: break-all">
      <Address url={link.url} accent={accent} />
    </p>
  </Row>
)

const Links = ({ links, accent }: { links: readonly Link[]; accent: Accent }) => (
  <>
    {links.map(({ label, url }) => (
      <Row>
        <p
          class="ink"
          style={`margin: 0; color: ${ink}; font-weight: 600; font-variant-numeric: tabular-nums`}
        >
          {label}
        </p>
        <p style="margin: 0.25rem 0 0; font-size: 0.875rem; word-break: break-all">
          <Address url={url} accent={accent} />
        </p>
      </Row>
    ))}
  </>
)

const Aside = ({ text, link, accent }: NonNullable<Wording['aside']> & { accent: Accent }) => (
  <Row>
    <p class="ink" style={`margin: 0; color: ${ink}`}>
      {text}
    </p>
    <p style="margin: 0.5rem 0 0">
      <a class="accent" href={link.url} style={`color: ${accent.light}; font-weight: 600`}>
        {link.label}
      </a>
    </p>
  </Row>
)

const Sections = ({ sections }: Pick<Wording, 'sections'>) => (
  <>
    {sections.map(({ title, lines }) => (
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

const Heading = ({ heading, lead, content }: Wording) => (
  <Row>
    <h1
      class="ink"
      style={`margin: 0; font-size: 1.5rem; line-height: 1.15; letter-spacing: -0.02em; color: ${ink}; overflow-wrap: anywhere`}
    >
      {heading}
    </h1>
    {content ? (
      <p class="soft" style={`margin: 0.375rem 0 0; font-size: 0.9375rem; color: ${soft}`}>
        {lead}
      </p>
    ) : (
      <p class="ink" style={`margin: 0.5rem 0 0; color: ${ink}`}>
        {lead}
      </p>
    )}
  </Row>
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
      `max-width: 36rem; table-layout: fixed; margin: 0 auto; text-align: left; background: ${paper}; ` +
      `border: 1px solid ${line}; border-radius: 14px; font: 400 1rem/1.55 ${FONT}`
    }
  >
    {wording.answer !== null && (
      <Row>
        <p class="soft" style={`margin: 0; font-size: 0.9375rem; color: ${soft}`}>
          {wording.answer}
        </p>
      </Row>
    )}
    <Heading {...wording} />
    {wording.content && wording.content.html !== '' && (
      <Content html={wording.content.html} accent={accent} />
    )}
    {wording.facts.length > 0 && <Facts facts={wording.facts} />}
    {wording.closing !== null && (
      <Row>
        <p class="ink" style={`margin: 0; color: ${ink}`}>
          {wording.closing}
        </p>
      </Row>
    )}
    {wording.link && <Button link={wording.link} accent={accent} />}
    <Links links={wording.links} accent={accent} />
    <Lists lists={wording.lists} accent={accent} />
    <Sections sections={wording.sections} />
    {wording.aside && <Aside {...wording.aside} accent={accent} />}
    <tr>
      <td class="soft" style={`padding: 1.5rem; font-size: 0.9375rem; color: ${soft}`}>
        <p style="margin: 0">{wording.foot}</p>
        <p style="margin: 0.5rem 0 0">{wording.site}</p>
      </td>
    </tr>
  </table>
)

/** The words as an HTML document: one column, nothing fetched from outside, readable in both schemes. */
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
        <style dangerouslySetInnerHTML={{ __html: styleSheet(accent) }} />
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
