import { openStreet } from './light-house.ts'
import { playHistory } from './history.ts'
const [from = '0', count = '5', verbose] = process.argv.slice(2)
const street = await openStreet()
const t = performance.now()
let bad = 0
const c0 = process.cpuUsage()
const tally = new Map<string, number[]>()
for (let s = Number(from); s < Number(from) + Number(count); s++) {
  const played = await playHistory(street, s)
  if (verbose) console.log(played.happened.map((h, i) => `${i + 1} ${h}`).join('\n'))
  if (played.findings.length) {
    bad++
    const k = String(played.findings[0]).replace(/\d+/g, 'N').slice(0, 150)
    tally.set(k, [...(tally.get(k) ?? []), s])
    if (bad < 4 || verbose) console.log('SEED', s, played.findings.slice(0, 6).join('\n   '))
  }
}
const c = process.cpuUsage(c0)
console.log(
  (performance.now() - t) / Number(count),
  'ms wall each;',
  (c.user + c.system) / 1000 / Number(count),
  'ms cpu; bad',
  bad,
  tally,
)
await street.close()
