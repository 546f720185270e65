import { expect, test } from 'vitest'
import { digestSlots, openMs } from '../../src/promise/hours.ts'
import { readPromise } from '../../src/promise/read.ts'

const HOUR = 3_600_000

const PROMISE = `target: 48h
calendars:
  office: { zone: Europe/Madrid, week: { mon-sun: "00:00-24:00" }, holidays: holidays.ics }
`
const HOLIDAYS = `BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20241028
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1MO
END:VEVENT
END:VCALENDAR
`

test('workerd reads calendars and holidays, and knows the zones, as Node does', () => {
  const holidays = { path: 'holidays.ics', text: HOLIDAYS }
  const { promise, problems } = readPromise({ path: 'promise.yaml', text: PROMISE }, [holidays])
  expect(problems).toEqual([])
  const office = promise?.calendars['office'] ?? 'always'
  // Saturday to Tuesday, local midnights: a day of 25 hours, and a closed Monday.
  const [from, to] = ['2026-10-23T22:00Z', '2026-10-27T23:00Z'].map((at) => new Date(at))
  expect(openMs(office, from ?? new Date(0), to ?? new Date(0)) / HOUR).toBe(24 + 25 + 24)
  expect(digestSlots(office, 'Europe/Madrid', '02:30', new Date('2026-03-29T12:00Z'))).toEqual({
    last: new Date('2026-03-29T01:00Z'),
    next: new Date('2026-03-30T00:30Z'),
  })
})
