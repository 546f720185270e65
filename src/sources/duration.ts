import { z } from 'zod'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../clock.ts'

const UNIT_MS: Readonly<Record<string, number>> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS }
const DURATION = /^([1-9]\d{0,4})([mhd])$/
const MAX_DURATION_MS = 366 * DAY_MS

/** Milliseconds of `90m`, `48h` or `2d`; null where it is none of them, or longer than a year. */
export function durationMs(text: string): number | null {
  const [, count, unit = ''] = DURATION.exec(text) ?? []
  const ms = Number(count) * (UNIT_MS[unit] ?? NaN)
  return ms <= MAX_DURATION_MS ? ms : null
}

/** A duration of one unit, as data files give it. */
export const duration = z
  .string()
  .refine((text) => durationMs(text) !== null, 'must be minutes, hours or days, like 90m, 48h or 2d')
