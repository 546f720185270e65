import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { openSqlite } from '../../../src/runtime/node/sqlite.ts'
import { createMemory } from '../../../src/store/memory.ts'
import { createMessages } from '../../../src/store/messages.ts'
import { NOON } from '../../support/samples.ts'

const MIGRATIONS = 'src/store/migrations'

function databasePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'firstline-sqlite-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'firstline.sqlite')
}

function open(path = databasePath()) {
  const db = openSqlite(path, MIGRATIONS)
  onTestFinished(db.close)
  return db
}

test('after a write the database still keeps what survives a power cut, and checks its references', async () => {
  const db = open()
  await db.atomically([createMemory(db).remember('instance', 'a')])
  expect({
    synchronous: db.pragma('synchronous'),
    foreign_keys: db.pragma('foreign_keys'),
    journal_mode: db.pragma('journal_mode'),
    busy_timeout: db.pragma('busy_timeout'),
    trusted_schema: db.pragma('trusted_schema'),
    cell_size_check: db.pragma('cell_size_check'),
    auto_vacuum: db.pragma('auto_vacuum'),
  }).toEqual({
    synchronous: 2,
    foreign_keys: 1,
    journal_mode: 'wal',
    busy_timeout: 5000,
    trusted_schema: 0,
    cell_size_check: 1,
    auto_vacuum: 2,
  })
})

test('every table of ours is strict: a text in a column of numbers is refused', () => {
  const path = databasePath()
  open(path)
  const raw = new Database(path)
  onTestFinished(() => void raw.close())
  const tables = raw.pragma('table_list') as { schema: string; name: string; strict: number }[]
  const ours = tables.filter(
    ({ schema, name }) => schema === 'main' && !name.startsWith('sqlite_') && !name.startsWith('__drizzle'),
  )
  expect(ours.map(({ name }) => name).sort()).toEqual(
    expect.arrayContaining(['attachments', 'conversations', 'jobs', 'memory', 'messages', 'submissions']),
  )
  expect(ours.filter(({ strict }) => strict !== 1)).toEqual([])
  const insert = "insert into pauses values ('mail', 'because', 'not a time', 0)"
  expect(() => raw.exec(insert)).toThrow(/cannot store TEXT value in INTEGER column/)
})

test('opening a database again changes nothing in it', async () => {
  const path = databasePath()
  const first = open(path)
  await first.atomically([createMemory(first).remember('instance', 'a')])
  const version = first.pragma('schema_version')
  const second = open(path)
  expect(second.pragma('schema_version')).toBe(version)
  expect(await createMemory(second).recall('instance')).toBe('a')
})

test('of a batch that fails in the middle nothing stays', async () => {
  const db = open()
  const memory = createMemory(db)
  const broken = db.atomically([
    memory.remember('instance', 'a'),
    createMessages(db).add({
      id: 'message',
      conversation: 'of nobody',
      kind: 'receipt',
      article: null,
      facts: {},
      messageId: '<a@b>',
      recipient: 'ann@example.org',
      rendered: null,
      createdAt: NOON,
    }),
  ])
  await expect(broken).rejects.toThrow('FOREIGN KEY constraint failed')
  expect(await memory.recall('instance')).toBeNull()
})
