import type { Site } from '../../forms/form.ts'
import { Failure } from '../../failure.ts'
import { contrast } from '../../forms/contrast.ts'

export type Accent = Site['accent']

/** What each colour is for, in the light and in the dark scheme. */
export const TOKENS = {
  ink: ['#16202a', '#e8edf2'],
  soft: ['#4a5866', '#a9b6c3'],
  paper: ['#ffffff', '#12181f'],
  ground: ['#f3f6f8', '#0b1015'],
  line: ['#cfd8e0', '#2d3945'],
  field: ['#6b7a88', '#7f8e9c'],
  bad: ['#a4161a', '#ff9b94'],
  'bad-paper': ['#fdeeee', '#351415'],
  good: ['#1d6b3c', '#7fd6a2'],
} as const satisfies Record<string, readonly [light: string, dark: string]>

const ON_ACCENT = ['#ffffff', '#06222c'] as const

/**
 * The style sheet of all pages, both schemes in one. Throws `Failure` (`misconfigured`) for an accent that
 * is not written like `#0b5f79`.
 */
export function styleSheet(accent: Accent): string {
  for (const colour of [accent.light, accent.dark]) {
    if (!/^#[0-9a-f]{6}$/i.test(colour)) {
      throw new Failure('misconfigured', 'an accent colour is not written like #0b5f79')
    }
  }
  const colours = { ...TOKENS, accent: [accent.light, accent.dark], on: [on(accent.light), on(accent.dark)] }
  const tokens = Object.entries(colours).map(
    ([name, [light, dark]]) => `--${name}:light-dark(${light},${dark})`,
  )
  return `:root{color-scheme:light dark;${tokens.join(';')}}${withoutBreaks(RULES)}`
}

/** A sheet as it is sent: its lines are there for those who read it here. */
export const withoutBreaks = (rules: string): string => rules.replace(/\s*\n\s*/g, '')

function on(accent: string): string {
  const [light, dark] = ON_ACCENT
  return contrast(light, accent) >= contrast(dark, accent) ? light : dark
}

const RULES = `
*,::before,::after{box-sizing:border-box}
html{font:1.0625rem/1.55 system-ui,sans-serif;-webkit-text-size-adjust:100%}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;background:var(--ground);color:var(--ink);
overflow-wrap:break-word;font-variant-numeric:tabular-nums}
.column{width:100%;max-width:49rem;margin-inline:auto;padding-inline:1rem}
.wide{max-width:80rem}
h1,h2,h3{line-height:1.15;letter-spacing:-.02em;margin:0}
h1{font-size:clamp(1.625rem,1.2rem + 2vw,2.125rem);text-wrap:balance}
h2{font-size:1.25rem}
p,ul,ol,dl,dd,pre{margin:0}
ul,ol{padding:0;list-style:none}
a{color:var(--accent);text-underline-offset:.2em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.lead{font-size:1.125rem;color:var(--soft);max-width:62ch;margin-top:.5rem;text-wrap:pretty}
.soft,.hint,.care,dt{color:var(--soft)}
.vh,.skip:not(:focus){position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip:focus{position:absolute;inset:.5rem auto auto .5rem;padding:.75rem 1rem;background:var(--paper);z-index:1}
.strip{padding:.375rem 1rem;text-align:center;font-size:.875rem;border-bottom:1px solid var(--line);
background:repeating-linear-gradient(-45deg,var(--ground) 0 .75rem,color-mix(in srgb,var(--accent) 9%,var(--ground)) 0 1.5rem)}
.strip span{display:inline-block;margin-inline:.5rem}
.strip a{padding-block:.7rem}
.top{background:var(--paper);border-bottom:1px solid var(--line)}
.bar,.foot>div,.foot ul,.row{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;column-gap:1.5rem}
.foot ul,.row{justify-content:start}
.bar a,.foot a,.links a,summary{display:inline-flex;align-items:center;min-height:2.75rem}
.bar{flex-wrap:nowrap;min-height:3.5rem}
.site{font-weight:650;color:inherit;text-decoration:none;gap:.625rem;line-height:1.25}
.site::before{content:"";flex:none;width:1.375rem;height:1.375rem;border-radius:.4rem;background:var(--accent);
forced-color-adjust:none}
main{flex:1;padding-block:2rem 4rem}
main:focus{outline:0}
main>*+*,section+section{margin-top:2rem}
section>*+*,#now>*+*{margin-top:1rem}
.foot{border-top:1px solid var(--line);font-size:.9375rem;color:var(--soft);padding-block:.75rem}
.card{background:var(--paper);border:1px solid var(--line);border-radius:.75rem;padding:1.25rem}
p+p,.number,.state,.status>dl,.problem>*+*{margin-top:.5rem}
.grid,.ways{display:grid;gap:.75rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,18rem),1fr))}
.ways{gap:1rem 2rem}
.ways>*{margin:0}
.grid>li{display:flex}
.topic{flex:1;text-decoration:none;padding:1rem 1.125rem;line-height:1.4}
.topic:hover,button:hover,.button:hover{box-shadow:0 2px 8px #0003}
.topic:hover strong{text-decoration:underline}
.topic span{display:block;margin-top:.25rem;font-size:.9375rem;color:var(--soft)}
h3,.ways h2,.help h2{font-size:1.0625rem;letter-spacing:0}
.help{padding-block:1rem .5rem}
.help ul{margin-top:.25rem}
.problem{border:2px solid var(--bad);background:var(--bad-paper);border-radius:.75rem;padding:1.25rem}
.problem:focus{outline:1px solid var(--bad);outline-offset:0}
.problem a,.wrong,.late{color:var(--bad)}
.problem li a{padding-block:.375rem}
.field{margin:1.75rem 0 0;padding:0;border:0;min-width:0}
.field>label:not(.choice),legend{display:block;font-weight:650;padding:0}
.hint,.care{font-size:.9375rem}
.care{padding-inline-start:.625rem;border-inline-start:3px solid var(--line);margin-block:.375rem}
.lines{margin-block:1.75rem -1rem}
.wrong{font-weight:650}
input,select,textarea,button{font:inherit;color:inherit}
.box{display:block;width:100%;min-height:2.75rem;margin-top:.375rem;padding:.5rem .75rem;background:var(--paper);
border:1px solid var(--field);border-radius:.5rem}
.box,.choice input{scroll-margin-top:10rem}
textarea.box{min-height:10rem;resize:vertical;field-sizing:content}
.bad .box{border:2px solid var(--bad)}
.choice{display:flex;gap:.75rem;padding-block:.625rem}
.choice input{flex:none;width:1.5rem;height:1.5rem;margin:0;accent-color:var(--accent)}
button,.button{display:inline-flex;align-items:center;min-height:2.875rem;padding:.5rem 1.5rem;border:1px solid var(--accent);
border-radius:.625rem;background:var(--accent);color:var(--on);font-weight:650;text-decoration:none;cursor:pointer}
.field+button{margin-top:2rem}
.quiet{background:var(--paper);color:var(--accent)}
.number{font-size:clamp(1.5rem,8.2vw,2.75rem);font-weight:700;line-height:1.1}
wbr+span{margin-inline-start:.25em}
.state{display:flex;align-items:baseline;gap:.625rem;font-weight:650}
.state::before{content:"";flex:none;width:.625rem;height:.625rem;border-radius:50%;background:var(--field);
forced-color-adjust:none}
.good::before{background:var(--good)}
.facts{display:grid;column-gap:1.25rem}
dd+dt{margin-top:.625rem}
@media(min-width:40rem){.column{padding-inline:1.5rem}
.pairs{grid-template-columns:max-content 1fr;row-gap:.5rem}.pairs dt{margin:0}}
.typed{white-space:pre-wrap}
.thread>*+*{margin-top:.75rem}
.thread>.card{padding:1rem 1.25rem}
.thread>:focus{outline:0}
.desk{border-inline-start:4px solid var(--accent)}
.who{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;gap:0 1rem;margin-bottom:.5rem}
.who .soft,.files,.act{font-size:.9375rem}
h3 .soft{font-weight:400}
.act{padding-inline:1.25rem;border-inline-start:1px solid var(--line);color:var(--soft)}
.files{margin-block:.25rem -.625rem}
.files li{display:flex;align-items:baseline;gap:.75rem}
.files a{padding-block:.5625rem}
.files .soft{flex:none}
.card>.soft:last-child{font-size:.9375rem;margin-top:.5rem}
.words{overflow-wrap:anywhere;overflow-x:auto}
.words>*+*{margin-top:.625rem}
.words ul,.words ol{padding-inline-start:1.5rem;list-style:revert}
.words blockquote{margin:.625rem 0 0;padding-inline-start:.875rem;border-inline-start:3px solid var(--line)}
.words img{max-width:100%;height:auto}
.words table{min-width:0;width:auto;overflow-wrap:normal}
.words pre{white-space:pre-wrap}
#last,#news{scroll-margin-top:1rem}
#news{font-weight:650;color:var(--good)}
#news:empty{margin:0}
.write .care,.write .field{margin-top:1rem}
.soft+h1{margin-top:.5rem}
.write .field+button{margin-top:1.5rem}
.done{margin-top:1rem}
.typed,.long{overflow-wrap:anywhere}
.scroll{overflow-x:auto;position:relative}
table{border-collapse:collapse;width:100%;min-width:36rem;font-size:.9375rem;background:var(--paper)}
th,td{text-align:start;vertical-align:top;padding:.5rem .75rem;border:1px solid var(--line)}
form+form{margin-top:.5rem}
td .box{width:14rem;margin-bottom:.5rem}
form>p+button{margin-top:1rem}
summary{cursor:pointer;color:var(--accent)}
pre{overflow-x:auto;padding:.75rem;border:1px solid var(--line);background:var(--paper);font-size:.875rem}
@media print{.strip,.skip,nav,.foot,button{display:none}:root{color-scheme:light}}
`
