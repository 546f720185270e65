import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'
import type { HtmlEscapedString } from 'hono/utils/html'
import { inLanguage, type Language } from '../../language.ts'
import { pageIn, type Place, tellPromise } from './place.ts'
import { textsIn } from './texts/texts.ts'

const OWN_NAMES: Readonly<Record<Language, string>> = { en: 'English', es: 'Español' }

interface LayoutProps {
  readonly place: Place
  readonly title: string
  /** Whether the page tells of a problem: its title then says so first. */
  readonly problem?: boolean
  /** For tables of staff, which need more than a column of text. */
  readonly wide?: boolean
  /** Whether it takes the style of the staff board besides. */
  readonly board?: boolean
  readonly children?: Child
}

/** The frame of every page: one column between the site's name and its foot. */
export function Layout(props: LayoutProps): JSX.Element {
  const { place, title, problem = false, wide = false, board = false, children } = props
  const { site, language } = place
  const texts = textsIn(language)
  const name = inLanguage(site.name, language)
  const column = wide ? 'column wide' : 'column'
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <title>{`${problem ? texts.errorTitle : ''}${title} · ${name}`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href={icon(site.accent.light)} />
        <link rel="stylesheet" href={place.path(place.assets.style.path)} />
        {board ? <link rel="stylesheet" href={place.path(place.assets.board.path)} /> : null}
        <script type="module" src={place.path(place.assets.script.path)}></script>
      </head>
      <body>
        <a class="skip" href="#main">
          {texts.skip}
        </a>
        <header class="top">
          {place.sandbox ? <SandboxStrip place={place} /> : null}
          <div class={`${column} bar`}>
            <a class="site" href={pageIn(place, '/')}>
              {name}
            </a>
            {place.posted ? null : <LanguageSwitch place={place} />}
          </div>
        </header>
        <main id="main" class={column} tabindex={-1}>
          {children}
        </main>
        <Foot place={place} column={column} />
      </body>
    </html>
  )
}

/** The whole page as text. The cast is safe: every component of ours is synchronous. */
export const renderPage = (page: JSX.Element): string => `<!DOCTYPE html>${page as HtmlEscapedString}`

function SandboxStrip({ place }: { readonly place: Place }): JSX.Element {
  const texts = textsIn(place.language)
  return (
    <nav class="strip" aria-label="Sandbox">
      <span>{texts.sandbox}</span>{' '}
      <span>
        <a href={pageIn(place, '/')}>{texts.sandboxForm}</a>
        {' · '}
        <a href={place.path('/sandbox/zammad')}>{texts.sandboxDesk}</a>
        {' · '}
        <a href={place.path('/sandbox/mail')}>{texts.sandboxMailbox}</a>
      </span>
    </nav>
  )
}

function LanguageSwitch({ place }: { readonly place: Place }): JSX.Element | null {
  const others = place.site.languages.filter((language) => language !== place.language)
  if (others.length === 0) return null
  return (
    <nav aria-label={textsIn(place.language).languages}>
      {others.map((language) => (
        <a href={`?lang=${language}`} lang={language} hreflang={language}>
          {OWN_NAMES[language]}
        </a>
      ))}
    </nav>
  )
}

function Foot({ place, column }: { readonly place: Place; readonly column: string }): JSX.Element {
  const texts = textsIn(place.language)
  return (
    <footer class="foot">
      <div class={column}>
        <ul>
          <li>
            <a href={place.site.policy.url}>{texts.policy}</a>
          </li>
          {place.site.links.map((link) => (
            <li>
              <a href={link.url}>{inLanguage(link.title, place.language)}</a>
            </li>
          ))}
        </ul>
        <p>{texts.answeredWithin(tellPromise(place))}</p>
      </div>
    </footer>
  )
}

/** The mark beside the site's name, for the browser's tab. */
const icon = (colour: string): string =>
  `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="5" fill="${colour}"/></svg>`)}`
