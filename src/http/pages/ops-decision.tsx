import type { JSX } from 'hono/jsx/jsx-runtime'

/** What the forms of the board need to be sent, and to come back to where they were pressed. */
export interface Deciding {
  /** Where a decision is sent, by its path below the board's. */
  readonly decide: (path: string) => string
  /** What lets it in. */
  readonly token: string
  /** The board as it is now, as `boardSearch` writes it. */
  readonly back: string
}

/** The hidden part of a decision. `at`: the section that it is pressed in. */
export const DecisionFields = ({ token, back, at }: Deciding & { readonly at: string }): JSX.Element => (
  <>
    <input type="hidden" name="_token" value={token} />
    <input type="hidden" name="_back" value={`${back}#${at}`} />
  </>
)

interface DecisionProps extends Deciding {
  readonly at: string
  readonly path: string
  readonly word: string
  /** What it is about, for those who cannot see the row that it stands in. */
  readonly about: string
  readonly quiet?: boolean
}

export function Decision({ path, word, about, quiet = false, ...props }: DecisionProps): JSX.Element {
  return (
    <form method="post" action={props.decide(path)}>
      <DecisionFields {...props} />
      <button class={quiet ? 'quiet' : undefined} type="submit">
        {word}
        <span class="vh"> {about}</span>
      </button>
    </form>
  )
}
