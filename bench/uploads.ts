import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { nodeRandom } from '../src/runtime/node/serve.ts'
import { aVisit, look, sha256Of, submit } from '../test/simulation/visitors.ts'
import { type BenchDesk, openBenchDesk } from './desk.ts'
import { peakMb } from './proc.ts'

const AT_ONCE = 20
/** The limit is 25 MB; the picture has a few bytes before these. */
const BYTES = 25 * 1024 * 1024 - 64
const MOST_MB = 256
const PATIENCE_MS = 300_000

const Tickets = z.array(z.object({ id: z.int(), title: z.string() }))
const Articles = z.array(z.object({ id: z.int(), attachments: z.array(z.object({ id: z.int() })) }))

/** How many tickets hold a file of that SHA-256. */
async function wholeFiles(desk: BenchDesk, sha256: string): Promise<number> {
  const tickets = Tickets.parse(await (await desk.askZammad('/tickets?per_page=100')).json())
  let whole = 0
  for (const { id } of tickets.filter(({ title }) => title.includes('case-'))) {
    const articles = Articles.parse(await (await desk.askZammad(`/ticket_articles/by_ticket/${id}`)).json())
    for (const article of articles) {
      for (const { id: file } of article.attachments) {
        const answer = await desk.askZammad(`/ticket_attachment/${id}/${article.id}/${file}`)
        if ((await sha256Of(new Uint8Array(await answer.arrayBuffer()))) === sha256) whole += 1
      }
    }
  }
  return whole
}

const desk = await openBenchDesk()
const peak = (): number => peakMb(desk.serving.pid)
const before = peak()
const started = performance.now()
const since = (from: number): string => `${((performance.now() - from) / 1000).toFixed(1)} s`
const visit = aVisit(nodeRandom, 1, { bigBytes: BYTES })
const visits = Array.from({ length: AT_ONCE }, (_, n) => ({
  ...visit,
  mark: `case-${n}-000000`,
  email: `visitor-${n}@example.org`,
}))
const told = await Promise.all(visits.map((one) => submit(desk.door, one)))
console.log(`${AT_ONCE} uploads of 25 MB at once were accepted in ${since(started)}`)
console.log(`memory of the service: ${before} MB before, ${peak()} MB at most so far`)

const accepted = performance.now()
const opened = async (): Promise<number> => {
  const seen = await Promise.all(told.map(({ token }) => look(desk.door, token)))
  return seen.filter(({ status }) => status === 'opened').length
}
while ((await opened()) < AT_ONCE && performance.now() - accepted < PATIENCE_MS) await delay(500)
console.log(`${await opened()} tickets were opened ${since(accepted)} later`)
const most = peak()
const whole = await wholeFiles(desk, await sha256Of(visit.files[0]?.bytes ?? new Uint8Array()))
console.log(`files that are whole in Zammad: ${whole}`)
console.log(`memory of the service: ${most} MB at most (bound: ${MOST_MB} MB)`)
await desk.close()
process.exitCode = most <= MOST_MB && whole === AT_ONCE ? 0 : 1
