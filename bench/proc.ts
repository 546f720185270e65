import { readFileSync } from 'node:fs'

/** Ticks a second of the kernel's accounts; 100 on every Linux that Node runs on. */
const TICK_MS = 10

/** CPU time of a process so far, in milliseconds, by Linux's /proc. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

/** The most memory that a process has held so far, in MB. */
export function peakMb(pid: number): number {
  const [, kb = '0'] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kb) / 1024)
}
