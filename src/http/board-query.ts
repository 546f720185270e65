import type { ListQuery } from '../clocks/lists.ts'

export const ONLY = ['late', 'soon', 'quiet'] as const
export const SORTS = ['left', 'number', 'unit', 'form'] as const
export type Sort = (typeof SORTS)[number]

/** Stands for the groups that are no unit's. */
export const NO_UNIT = '-'

/** What staff chose to see on the board: all of it stands in the address. An empty text leaves nothing out. */
export interface BoardQuery {
  /** Sought in every list. */
  readonly search: string
  /** Id of a unit, or `NO_UNIT`. */
  readonly unit: string
  /** Id of a form. */
  readonly form: string
  readonly only: '' | (typeof ONLY)[number]
  readonly sort: Sort
  /** Of the tickets, from 1. */
  readonly page: number
  /** Whether the page comes anew by itself. */
  readonly refreshes: boolean
}

export const WHOLE_BOARD: BoardQuery = {
  search: '',
  unit: '',
  form: '',
  only: '',
  sort: 'left',
  page: 1,
  refreshes: false,
}

export const REFRESH_SECONDS = 60

const ID = /^[a-z][a-z0-9-]{0,59}$/
const PAGE = /^[1-9]\d{0,4}$/
const MOST_SOUGHT = 100

/** Reads the parameters of an address; what cannot be read leaves nothing out. */
export function readBoardQuery(read: (name: string) => string | undefined): BoardQuery {
  const text = (name: string): string => read(name)?.trim() ?? ''
  const id = (name: string): string => (ID.test(text(name)) ? text(name) : '')
  return {
    search: sought(text('q')),
    unit: text('unit') === NO_UNIT ? NO_UNIT : id('unit'),
    form: id('form'),
    only: ONLY.find((only) => only === text('only')) ?? '',
    sort: SORTS.find((sort) => sort === text('sort')) ?? 'left',
    page: PAGE.test(text('page')) ? Number(text('page')) : 1,
    refreshes: text('refresh') === String(REFRESH_SECONDS),
  }
}

/** A number is found however its digits are grouped. */
const sought = (typed: string): string =>
  (/^[\d\s]+$/.test(typed) ? typed.replaceAll(/\s/g, '') : typed.replaceAll(/\s+/g, ' ')).slice(
    0,
    MOST_SOUGHT,
  )

/** The query as an address carries it, `?` included; empty where nothing was chosen. */
export function boardSearch(query: BoardQuery): string {
  const chosen = {
    q: query.search,
    unit: query.unit,
    form: query.form,
    only: query.only,
    sort: query.sort === WHOLE_BOARD.sort ? '' : query.sort,
    page: query.page === 1 ? '' : String(query.page),
    refresh: query.refreshes ? String(REFRESH_SECONDS) : '',
  }
  const told = new URLSearchParams(Object.entries(chosen).filter(([, value]) => value !== '')).toString()
  return told === '' ? '' : `?${told}`
}

/** Whether some tickets are left out. */
export const isNarrowed = ({ search, unit, form, only }: BoardQuery): boolean =>
  [search, unit, form, only].some((chosen) => chosen !== '')

/** What of a query the store is asked for. `quietBefore`: null where nobody asks for silence. */
export function listQuery(
  { search, unit, form, only }: BoardQuery,
  quietBefore: Date | null,
): Omit<ListQuery, 'limit' | 'offset'> {
  return {
    ...(search === '' ? {} : { search }),
    ...(unit === '' ? {} : { unit: unit === NO_UNIT ? null : unit }),
    ...(form === '' ? {} : { form }),
    ...(only === '' ? {} : { only }),
    ...(only === 'quiet' && quietBefore !== null ? { quietBefore } : {}),
  }
}

/** A list of the board, searched. */
export interface Sought<T> {
  readonly rows: readonly T[]
  /** How many there are, found or not. */
  readonly inAll: number
  /** In how many of them it was looked; null where nothing is sought. */
  readonly lookedIn: number | null
}

/** Those of a list whose words hold what is sought, whatever its case. */
export function searched<T>(
  search: string,
  { rows, inAll = rows.length }: { readonly rows: readonly T[]; readonly inAll?: number },
  wordsOf: (row: T) => readonly (string | null)[],
): Sought<T> {
  if (search === '') return { rows, inAll, lookedIn: null }
  const words = search.toLowerCase()
  const found = rows.filter((row) => wordsOf(row).some((text) => text?.toLowerCase().includes(words)))
  return { rows: found, inAll, lookedIn: rows.length }
}
