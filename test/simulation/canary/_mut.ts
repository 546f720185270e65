import { openStreet } from './light-house.ts'
import { playHistory } from './history.ts'
import { MUTANTS } from './mutants.ts'
const street = await openStreet()
for (const [name, make] of Object.entries(MUTANTS)) {
  if (process.argv[2] && !name.includes(process.argv[2])) continue
  let n = 0,
    found: readonly string[] = []
  for (; n < 60 && found.length === 0; n++) {
    const p = await playHistory(street, n, make())
    found = p.findings
  }
  console.log(
    name,
    '→',
    found.length ? n : 'NOT',
    found.slice(0, 2).map((f) => f.slice(0, 200)),
  )
}
await street.close()
