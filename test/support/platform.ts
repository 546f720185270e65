import type { Files } from '../../src/files.ts'
import type { GetSocket } from '../../src/mail/worker-socket.ts'
import type { MailJson } from '../../src/sandbox/mailbox/kept.ts'
import type { SmtpFault } from '../../src/sandbox/mailbox/mailbox.tsx'
import type { Db } from '../../src/store/db.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where tests in workerd open a mailbox each. */
    postOffices: string
  }
}

/** What a runtime brings, empty and of its own for each test. */
export interface TestPlatform {
  readonly runtime: 'node' | 'workers'
  readonly db: Db
  readonly files: Files
  readonly getSocket?: GetSocket
}

/** A real mail server of one test's own. */
export interface PostOffice {
  readonly smtpUrl: string
  /** Oldest first; their `at` tells nothing. */
  readonly mails: () => Promise<readonly MailJson[]>
  readonly setFault: (fault: SmtpFault) => Promise<void>
}
