import { FRAME_CSS } from '../../frame.tsx'

/** The style of the agent screens, served from its own address. */
export const STYLE = `${FRAME_CSS}
:root { --column: 62rem; --internal: light-dark(#fff4d6, #2c2413); }
h3 { font-size: 1rem; margin: 0; letter-spacing: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; background: var(--paper); border: 1px solid var(--line); }
caption { text-align: left; color: var(--soft); padding-bottom: 0.5rem; }
th, td { text-align: left; vertical-align: top; padding: 0.75rem; border-bottom: 1px solid var(--line); }
td { overflow-wrap: anywhere; }
time { white-space: nowrap; }
td:first-child a { font-weight: 650; white-space: nowrap; }
tr:target { background: var(--internal); }
article { border: 1px solid var(--line); border-radius: 0.75rem; background: var(--paper); padding: 1rem 1.25rem; margin-bottom: 0.75rem; }
article.internal { background: var(--internal); }
article ul { margin: 0 0 0.5rem; padding: 0; list-style: none; }
article li a { display: inline-flex; align-items: center; min-height: 2.75rem; overflow-wrap: anywhere; }
.meta { color: var(--soft); margin: 0 0 0.75rem; overflow-wrap: anywhere; }
.internal .meta { color: inherit; }
.subject { font-weight: 650; margin: 0 0 0.25rem; overflow-wrap: anywhere; }
.body { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0 0 0.75rem; }
form { margin: 0 0 2rem; }
article form { margin: 0; }
.field { margin-bottom: 1rem; }
label { display: block; font-weight: 650; margin-bottom: 0.25rem; }
input, select, textarea { width: 100%; max-width: 36rem; min-height: 2.75rem; padding: 0.5rem 0.75rem; font: inherit; color: inherit;
  background: var(--paper); border: 1px solid var(--field); border-radius: 0.5rem; }
button { min-height: 2.75rem; padding: 0.5rem 1.25rem; margin: 0 0.5rem 0.5rem 0; font: inherit; font-weight: 650; color: var(--on);
  background: var(--accent); border: 1px solid var(--accent); border-radius: 0.625rem; cursor: pointer; }
button.quiet { color: var(--accent); background: none; font-weight: 400; margin-bottom: 0; }
button.danger { color: var(--bad); background: none; border-color: var(--bad); }
@media (max-width: 40rem) {
  table, caption, tbody, tr, td { display: block; }
  table { background: none; border: 0; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { background: var(--paper); border: 1px solid var(--line); border-radius: 0.75rem; padding: 0.5rem 1rem 0.75rem; margin-bottom: 0.75rem; }
  td { padding: 0; border: 0; }
  td:first-child a { display: inline-flex; align-items: center; min-height: 2.75rem; }
  td:nth-child(n + 3) { display: inline; color: var(--soft); }
  td:nth-child(n + 4)::before { content: ' · '; white-space: pre-wrap; }
}
`
