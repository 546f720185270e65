import { withoutBreaks } from './style.css.ts'

/** What the staff board alone is styled by, on top of the sheet of all pages. */
export const BOARD_STYLE = withoutBreaks(`
.tiles{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr))}
.tile{display:flex;flex-direction:column;min-height:100%;padding:.75rem 1rem;text-decoration:none;line-height:1.3;color:var(--soft)}
.tile strong{font-size:1.75rem;line-height:1.15;color:var(--ink)}
.pressing{border-inline-start:4px solid var(--bad)}
.pressing strong{color:var(--bad)}
.tile:hover strong{text-decoration:underline}
.glance>*+*{margin-top:.5rem}
.sift{display:flex;flex-wrap:wrap;gap:.75rem;align-items:end}
.sift>div{flex:1 1 8rem;min-width:0}
.sift>:first-child{flex:2 1 14rem}
.sift>.links{flex:none}
.sift label{font-weight:650}
#tickets wbr{display:none}
#tickets :is(th,time,.left>span),.told{white-space:nowrap}
#tickets .long{min-width:8rem}
:is(#parked,#paused,#observed) .long{min-width:14rem}
@media(max-width:40rem){#tickets .left>span{white-space:normal}}
#tickets table{font-size:.875rem}
th[aria-sort]{box-shadow:inset 0 -3px var(--accent)}
.left{min-width:8rem;line-height:1.35}
.left>span{display:block}
.left.late,.left.soon{font-weight:650}
.left svg,.chart svg{display:block;width:100%;forced-color-adjust:none}
.left svg{height:.375rem;margin-top:.25rem}
.whole{fill:var(--line)}
.gone,.kept{fill:var(--accent)}
.late .gone{fill:var(--bad)}
.chart{margin-inline:0;max-width:49rem}
.chart svg{height:8rem;border-bottom:1px solid var(--field)}
.missed{fill:none;stroke:var(--bad);stroke-width:2;vector-effect:non-scaling-stroke}
.ends{display:flex;justify-content:space-between;font-size:.9375rem}
figcaption{font-size:.9375rem;max-width:62ch;margin-top:.5rem}
.calm section{margin:0;font-size:.9375rem}
.calm h2{font-size:1.0625rem;letter-spacing:0}
.calm section>*+*{margin-top:.25rem}
`)
