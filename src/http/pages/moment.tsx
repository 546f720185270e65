import type { JSX } from 'hono/jsx/jsx-runtime'
import { tellTime } from '../../language.ts'
import type { Place } from './place.ts'
import { textsIn } from './texts/texts.ts'

/** In whose time a page tells. */
export interface Zoned {
  readonly place: Place
  readonly timeZone: string
  /** Whether the zone is the visitor's own, rather than the site's. */
  readonly zoneIsVisitors: boolean
}

export function Moment({ at, place, timeZone }: Zoned & { readonly at: Date }): JSX.Element {
  return <time datetime={at.toISOString()}>{tellTime(at, timeZone, place.language)}</time>
}

/** "(your time, Europe/Madrid)". */
export function zoneName({ place, timeZone, zoneIsVisitors }: Zoned): string {
  const texts = textsIn(place.language).conversation
  const name = timeZone.replaceAll('_', ' ')
  return zoneIsVisitors ? texts.yourTime(name) : texts.zoneTime(name)
}
