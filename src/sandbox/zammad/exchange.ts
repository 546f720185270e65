import type { Context } from 'hono'
import type { Caller } from './access.ts'
import type { Assets } from './assets.ts'
import type { Core } from './model.ts'
import { flag, type Params } from './params.ts'
import type { Shown } from './rendering.ts'

/** What every request finds: who asks, and all that it brought along. */
export interface Exchange {
  readonly core: Core
  readonly caller: Caller
  readonly params: Params
  /** A part of the path, such as `id`. */
  readonly path: (name: string) => string
}

/** An answer before it is JSON. */
export interface Answer {
  readonly status: 200 | 201
  readonly body: unknown
}

export const ok = (body: unknown): Answer => ({ status: 200, body })
export const created = (body: unknown): Answer => ({ status: 201, body })

/** A route's work. It changes the state in one go or not at all. */
export type Deed = (exchange: Exchange) => Answer | Response

export type Routes = (method: 'get' | 'post' | 'put' | 'delete', path: string, deed: Deed) => void

export type ApiContext = Context<{ Bindings: { maintenance?: boolean } }>

/** How one object is shown, by the flags of the request. */
export function shownAs(
  params: Params,
  forms: { plain: () => Shown; expanded: () => Shown; id: number; assets: () => Assets },
): Shown {
  if (flag(params['full'])) return { id: forms.id, assets: forms.assets() }
  return flag(params['expand']) ? forms.expanded() : forms.plain()
}
