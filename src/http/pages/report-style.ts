/** What the report adds to the style sheet of all pages. */
export const REPORT_CSS = `
main{padding-block:1.5rem 4rem}
main>h1{margin-top:0}
h2+*{margin-top:.5rem}
table{min-width:0;width:auto;max-width:100%}
thead th{background:var(--ground);vertical-align:bottom}
td{text-align:end;white-space:nowrap}
tbody th{font-weight:400;min-width:9rem;overflow-wrap:anywhere}
.text{text-align:start;white-space:normal;min-width:8rem}
.all,.all th{font-weight:650}
.mark{display:inline-block;margin-inline-start:.5rem;padding:.0625rem .5rem;border:1px solid var(--field);
border-radius:1rem;font-size:.8125rem;white-space:nowrap}
.soft{max-width:72ch}
.scroll{padding:3px}
.headline{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,9.25rem),1fr))}
.headline .card{padding:.75rem 1rem}
.headline dt{font-size:.9375rem;line-height:1.35}
.headline dd{font-size:1.375rem;margin-top:.125rem;font-weight:700;line-height:1.2;letter-spacing:-.02em}
.headline dd span{display:block;font-size:.875rem;font-weight:400;line-height:1.4;letter-spacing:0;color:var(--soft)}
.headline dd+dt{margin:0}
.pair{display:grid;gap:1rem;align-items:start}
.pair>*{min-width:0;margin:0}
.pair th,.pair td{padding:.375rem .5rem;font-size:.875rem}
.pair .long-table{max-height:22rem;overflow:auto}
.pair .long-table thead th{position:sticky;top:-3px}
.pair figure{background:var(--paper);border:1px solid var(--line);border-radius:.75rem;padding:1rem .75rem .5rem}
@media(min-width:64rem){.pair{grid-template-columns:minmax(0,4fr) minmax(0,3fr)}}
.day{white-space:nowrap}
.draw{overflow-x:auto}
.chart{display:block;width:100%;min-width:30rem;height:auto;font-size:13px}
.chart text{fill:var(--soft)}
.rule{stroke:var(--line);stroke-width:1}
.base{stroke:var(--field);stroke-width:1}
.lower{fill:var(--good)}
.upper{stroke:var(--bad);stroke-width:1}
.hatch{fill:var(--bad)}
.hatch-ground{fill:var(--bad-paper)}
.run{fill:none;stroke:var(--accent);stroke-width:2.5;stroke-linejoin:round}
.dot{fill:var(--accent);stroke:var(--paper);stroke-width:1.5}
.key{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:.25rem .5rem .5rem;font-size:.9375rem;color:var(--soft)}
.key span{display:inline-flex;align-items:center;gap:.5rem}
.key span::before{content:"";width:1.125rem;height:.875rem;border-radius:.1875rem;background:var(--good);
forced-color-adjust:none}
.key .late-key::before{border:1px solid var(--bad);background:repeating-linear-gradient(-45deg,var(--bad) 0 2px,var(--bad-paper) 2px 4px)}
.ask{display:flex;flex-wrap:wrap;gap:1rem 1.25rem;align-items:end}
.ask .field{margin:0;flex:0 1 12rem}
.ask .wrong{max-width:16rem}
.ask button{margin:0}
.soft+.lead{margin-top:1.5rem}
.links{display:flex;flex-wrap:wrap;gap:0 1.5rem}
@media print{
@page{margin:14mm}
html{font-size:.8125rem}
body{background:none}
.scroll,.draw{overflow:visible}
.pair .long-table{max-height:none;overflow:visible}
.chart{min-width:0;max-width:34rem}
.pair{display:block}
.pair>*+*{margin-top:.75rem}
figure,tr,.headline,h2{break-inside:avoid}
h2{break-after:avoid}
thead{display:table-header-group}
.ask,.links{display:none}
}
`.replaceAll('\n', '')
