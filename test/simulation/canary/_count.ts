import { openStreet } from './light-house.ts'
const street = await openStreet()
const h = await street.open(3)
await h.tick()
let n = new Map<string, number>()
const q = h.store().db.q as any
for (const k of ['select','insert','update','delete']) { const old=q[k].bind(q); q[k]=(...a:any[])=>{ const st=new Error().stack!.split('\n').slice(2,5).map(l=>/at (?:async )?(\S+)? ?.*?src\/(\S+?):(\d+)/.exec(l)).filter(Boolean).map(m=>m![2]+':'+m![3]).join(' < '); n.set(k+' '+st,(n.get(k+' '+st)??0)+1); return old(...a)} }
const a0=await import('node:process')
h.turn(70000); let calls=0
await h.tick()
console.log([...n.values()].reduce((a,b)=>a+b,0)); console.log([...n].sort((a,b)=>b[1]-a[1]).slice(0,30))
h.close(); await street.close()
