/** Where the strip on top of every page of the sandbox leads. */
export interface StripPlaces {
  readonly form: string
  readonly zammad: string
  readonly mail: string
}

interface StripProps {
  readonly to: StripPlaces
  readonly here: 'zammad' | 'mail'
}

/** The strip that joins form, Zammad and mailbox, alike on the pages of all three. */
export const Strip = ({ to, here }: StripProps) => (
  <nav class="strip" aria-label="Sandbox">
    <span>Sandbox: nothing leaves this machine</span>{' '}
    <span>
      <a href={to.form}>Form</a>
      {' · '}
      <a href={to.zammad} aria-current={here === 'zammad' ? 'true' : undefined}>
        Zammad
      </a>
      {' · '}
      <a href={to.mail} aria-current={here === 'mail' ? 'true' : undefined}>
        Mailbox
      </a>
    </span>
  </nav>
)

/** What the sheets of Zammad and mailbox share: the tokens of the visitors' pages, and the frame. */
export const FRAME_CSS = `:root {
  color-scheme: light dark;
  --ink: light-dark(#16202a, #e8edf2);
  --soft: light-dark(#4a5866, #a9b6c3);
  --paper: light-dark(#fff, #12181f);
  --ground: light-dark(#f3f6f8, #0b1015);
  --line: light-dark(#cfd8e0, #2d3945);
  --field: light-dark(#6b7a88, #7f8e9c);
  --accent: light-dark(#0b5f79, #63c3df);
  --on: light-dark(#fff, #06222c);
  --bad: light-dark(#a4161a, #ff9b94);
  font: 400 1rem/1.55 system-ui, sans-serif;
  color: var(--ink);
  background: var(--ground);
}
* { box-sizing: border-box; }
body { margin: 0; font-variant-numeric: tabular-nums; }
a { color: var(--accent); text-underline-offset: 0.2em; text-decoration-thickness: 1px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.strip { padding: 0.375rem 1rem; text-align: center; font-size: 0.875rem; border-bottom: 1px solid var(--line);
  background: repeating-linear-gradient(-45deg, var(--ground) 0 0.75rem,
    color-mix(in srgb, var(--accent) 9%, var(--ground)) 0 1.5rem); }
.strip span { display: inline-block; margin-inline: 0.5rem; }
.strip a { padding-block: 0.7rem; }
.strip a[aria-current] { color: inherit; font-weight: 650; text-decoration: none; }
.top { background: var(--paper); border-bottom: 1px solid var(--line); }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 0 1.5rem; min-height: 3.5rem; }
.bar p { margin: 0; font-weight: 650; }
.bar nav { display: flex; flex-wrap: wrap; gap: 0 1.5rem; margin-inline-start: auto; }
.bar nav a { display: inline-flex; align-items: center; min-height: 2.75rem; }
.bar, main { max-width: var(--column); margin-inline: auto; padding-inline: 1rem; }
main { padding-block: 1.5rem 4rem; }
h1, h2, h3 { line-height: 1.15; letter-spacing: -0.02em; overflow-wrap: anywhere; }
h1 { font-size: 1.75rem; margin: 0 0 1rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 0.75rem; }
@media (min-width: 40rem) { .bar, main { padding-inline: 1.5rem; } }
`
