/** The pages' own sheet: the tokens of the visitors' pages, and nothing else of theirs. */
export const MAILBOX_CSS = `:root {
  color-scheme: light dark;
  --ink: light-dark(#16202a, #e8edf2);
  --soft: light-dark(#4a5866, #a9b6c3);
  --paper: light-dark(#fff, #12181f);
  --ground: light-dark(#f3f6f8, #0b1015);
  --line: light-dark(#cfd8e0, #2d3945);
  --accent: light-dark(#0b5f79, #63c3df);
  font: 400 1rem/1.55 system-ui, sans-serif;
  color: var(--ink);
  background: var(--ground);
}
body { margin: 0 auto; max-width: 46rem; padding: 1rem; }
nav { display: flex; flex-wrap: wrap; gap: 0 1.5rem; }
nav a { display: inline-flex; align-items: center; min-height: 2.75rem; }
a { color: var(--accent); }
a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
h1 { font-size: 1.75rem; line-height: 1.15; letter-spacing: -0.02em; overflow-wrap: anywhere; }
h2 { font-size: 1.125rem; line-height: 1.3; margin: 2rem 0 0.5rem; }
.soft { color: var(--soft); }
.mails { list-style: none; margin: 0; padding: 0; }
.mails li { margin: 0 0 0.75rem; padding: 0.75rem 1rem; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; overflow-wrap: anywhere; }
.mails a { display: flex; align-items: center; min-height: 2.75rem; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.text { padding: 1rem; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; }
iframe { display: block; box-sizing: border-box; width: 100%; height: 42rem; resize: vertical; background: #fff; border: 1px solid var(--line); border-radius: 8px; }
table { width: 100%; border-collapse: collapse; font-size: 0.875rem; }
th, td { padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; overflow-wrap: anywhere; }
th[scope="row"] { color: var(--soft); white-space: nowrap; }
`
