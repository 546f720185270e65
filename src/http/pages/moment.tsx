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
  const name = nameOf(timeZone)
  return zoneIsVisitors ? texts.yourTime(name) : texts.zoneTime(name)
}

/** "Times are yours (Europe/Madrid)": said once where many times stand together. */
export function tellZone({ place, timeZone, zoneIsVisitors }: Zoned): string {
  const texts = textsIn(place.language).thread
  const name = nameOf(timeZone)
  return zoneIsVisitors ? texts.timesAreYours(name) : texts.timesAreOf(name)
}

const nameOf = (timeZone: string): string => timeZone.replaceAll('_', ' ')
