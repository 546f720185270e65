import type { ReportClock } from '../../src/promise/report-standing.ts'
import { createClockRecords } from '../../src/store/clock-records.ts'
import type { Db } from '../../src/store/db.ts'

/** Puts clocks into a store as the sweep does, each on a ticket of its own. */
export async function keepClocks(db: Db, clocks: readonly ReportClock[]): Promise<void> {
  const { touch, keep } = createClockRecords(db)
  const writes = clocks.flatMap(({ clock, number, form, ...row }, at) => {
    const ticketId = at + 1
    const subject = { conversation: null, ticketId }
    const id = `t:${ticketId}`
    const runs = clock.endedAt === null
    return [
      touch(subject, clock.startedAt),
      ...keep(
        {
          id,
          subject,
          number,
          form,
          unit: clock.unit,
          priority: clock.priority,
          isOpen: runs,
          running: runs ? clock : null,
          quietSince: null,
          tag: 'none',
          nextAt: null,
          version: 'rules',
        },
        [{ ...row, subject: id, number, form, clock }],
        1,
      ),
    ]
  })
  await db.atomically(writes)
}
