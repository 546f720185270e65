import type { JSX } from 'hono/jsx/jsx-runtime'

/**
 * A ticket number in groups of three or four digits. The gaps are style: read aloud, copied or mailed it
 * is plain digits, as a blank in it would keep Zammad from threading. Other references stay as they are.
 */
export function TicketNumber({ digits }: { readonly digits: string }): JSX.Element {
  return (
    <>
      {groupsOf(digits).map((group, at) => (
        <>
          {at > 0 ? <wbr /> : null}
          <span>{group}</span>
        </>
      ))}
    </>
  )
}

/** As few groups as hold four digits each, as even as can be, the longer ones first; up to six digits are read as one. */
export function groupsOf(digits: string): readonly string[] {
  if (!/^\d{7,}$/.test(digits)) return [digits]
  const count = Math.ceil(digits.length / 4)
  const short = Math.floor(digits.length / count)
  const longer = digits.length % count
  return Array.from({ length: count }, (_, at) => {
    const from = at * short + Math.min(at, longer)
    return digits.slice(from, from + short + (at < longer ? 1 : 0))
  })
}
