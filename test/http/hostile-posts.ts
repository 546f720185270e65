import type { Served } from './served.ts'

/**
 * A request that no page of ours sends, and what must become of it: `send` resolves to the status of the
 * last answer, 0 where the connection was closed without one; nothing is stored unless it says `one`.
 */
export type HostileRow = readonly [
  why: string,
  send: (served: Served) => Promise<number>,
  status: number,
  stored?: 'one',
]

export const post = async (served: Served, path: string, init: RequestInit): Promise<number> =>
  (await served.ask(path, { method: 'POST', ...init })).status
