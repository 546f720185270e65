// The least that keeps one form: Hono and one insert with synchronous=FULL. `bench/intake.ts` runs it.
import { serve } from '@hono/node-server'
import Database from 'better-sqlite3'
import { Hono } from 'hono'

const [, , path = '', port = '0'] = process.argv
const db = new Database(path)
db.pragma('journal_mode = WAL')
db.exec('create table submissions (id text primary key, answers text not null) strict')
const insert = db.prepare('insert into submissions (id, answers) values (?, ?)')
db.pragma('synchronous = FULL')

const app = new Hono()
app.post('/', async (c) => {
  const body = await c.req.parseBody()
  const id = crypto.randomUUID()
  insert.run(id, JSON.stringify(body))
  return c.redirect(`/c/${id}`, 303)
})
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(port) }, () => console.log('serves'))
