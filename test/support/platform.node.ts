import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createFolder } from '../../src/runtime/node/files.ts'
import { createMailbox } from '../../src/sandbox/mailbox/mailbox.tsx'
import { openMigrated } from './migrated.ts'
import type { PostOffice, TestPlatform } from './platform.ts'
import { NOON } from './samples.ts'

/** A database file and a folder that live as long as the test. */
export async function openPlatform(): Promise<TestPlatform> {
  const folder = mkdtempSync(join(tmpdir(), 'firstline-'))
  const db = openMigrated(join(folder, 'firstline.sqlite'))
  onTestFinished(() => {
    db.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return { runtime: 'node', db, files: createFolder(join(folder, 'files')) }
}

/** A mailbox in this process that takes SMTP as long as the test runs. */
export async function openPostOffice(): Promise<PostOffice> {
  const mailbox = createMailbox({ clock: () => NOON, base: '' })
  const port = await mailbox.listen()
  onTestFinished(() => mailbox.close())
  return {
    smtpUrl: `smtp://127.0.0.1:${port}`,
    mails: async () => mailbox.json(),
    setFault: async (fault) => mailbox.setFault(fault),
  }
}
