import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reportCsv } from '../../src/promise/report-csv.ts'
import type { ReportClock } from '../../src/promise/report-standing.ts'
import { aClock, aRange, busyMonth, DECEMBER } from './report-samples.ts'

const range = aRange('2026-11')
const written = (clocks: readonly ReportClock[]): string => reportCsv(clocks, { range, now: DECEMBER })

/** Reads a CSV as RFC 4180 has it, and nothing that it has not. */
function readCsv(text: string): readonly (readonly string[])[] {
  const lines: string[][] = [[]]
  let rest = text
  while (rest !== '') {
    const cell = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(rest)
    if (!cell) throw new Error(`no CSV from here: ${rest.slice(0, 60)}`)
    lines.at(-1)?.push(cell[1]?.replaceAll('""', '"') ?? cell[2] ?? '')
    if (cell[3] === '\r\n') lines.push([])
    rest = rest.slice(cell[0].length)
  }
  return lines.slice(0, -1)
}

test('a clock is one line, as it stood at the end of the range', () => {
  const csv = written([
    aClock({
      number: '7801',
      startedAt: '2026-11-03T09:00:00Z',
      took: 60,
      reason: 'holiday',
      form: 'training',
    }),
    aClock({ number: '7802', startedAt: '2026-11-30T09:00:00Z', took: 100 }),
    aClock({ number: '7803', startedAt: '2026-10-03T09:00:00Z', took: 1 }),
  ])
  expect(csv.split('\r\n')).toEqual([
    'number,kind,because,unit,form,priority,carried_in,started_at,target_ms,picked,due_at,due_at_wall,due_at_business,outcome,ended_at,passed_ms_wall,passed_ms_business,late,kept,kept_wall,kept_business,late_reason',
    '7801,visitor,request,first-line,training,2 normal,false,2026-11-03T09:00:00.000Z,172800000,wall,2026-11-05T09:00:00.000Z,2026-11-05T09:00:00.000Z,2026-11-11T09:00:00.000Z,answered,2026-11-05T21:00:00.000Z,216000000,54000000,true,false,false,true,holiday',
    '7802,visitor,request,first-line,,2 normal,false,2026-11-30T09:00:00.000Z,172800000,wall,2026-12-02T09:00:00.000Z,2026-12-02T09:00:00.000Z,2026-12-08T09:00:00.000Z,open,,,,false,,,,',
    '',
  ])
})

test('of 600 clocks each line has as many cells as the first', () => {
  const lines = readCsv(written(busyMonth(600)))
  expect(lines.length).toBeGreaterThan(500)
  expect(new Set(lines.map((cells) => cells.length)).size).toBe(1)
})

test.for([
  ['=1+1', "'=1+1"],
  ['+49', "'+49"],
  ['-2', "'-2"],
  ['@cmd', "'@cmd"],
  [' =1', "' =1"],
  ['\t=1', "'\t=1"],
  ['＝1', "'＝1"],
  ['a=1', 'a=1'],
  ['a "quoted", long\r\nreason', 'a "quoted", long\r\nreason'],
] as const)('the reason %j is read as %j: no spreadsheet reckons it', ([reason, read]) => {
  const csv = written([aClock({ startedAt: '2026-11-03T09:00:00Z', took: 60, reason })])
  expect(readCsv(csv)[1]?.at(-1)).toBe(read)
})

test('whatever staff tagged, each text comes back whole and none begins as a formula does', () => {
  const text = fc.string({
    unit: fc.constantFrom('=', '+', '-', '@', '"', ',', '\r', '\n', '\t', ' ', 'a', "'", 'é'),
  })
  fc.assert(
    fc.property(text, (reason) => {
      const cells = readCsv(written([aClock({ startedAt: '2026-11-03T09:00:00Z', reason, unit: reason })]))[1]
      const cell = cells?.at(-1) ?? ''
      expect([reason, `'${reason}`]).toContain(cell)
      expect(cell).not.toMatch(/^\s*[=+\-@]/)
      expect(cells?.[3]).toBe(cell)
    }),
    { numRuns: 300 },
  )
})
