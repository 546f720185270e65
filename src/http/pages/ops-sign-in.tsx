import type { JSX } from 'hono/jsx/jsx-runtime'
import { Layout } from './layout.tsx'
import type { Place } from './place.ts'
import { forStaff } from './staff-place.ts'

interface OpsSignInProps {
  readonly place: Place
  /** Of the page that was asked for: it takes the token, and leads there. */
  readonly action: string
  /** Whether a token was just refused. */
  readonly refused: boolean
}

/** Where staff type the token that opens the board. */
export function OpsSignIn({ place, action, refused }: OpsSignInProps): JSX.Element {
  const error = refused ? 'ops-error' : undefined
  return (
    <Layout place={forStaff(place)} title="Staff board" problem={refused}>
      <h1>Staff board</h1>
      <form method="post" action={action}>
        <div class={refused ? 'field bad' : 'field'}>
          <label for="ops-token">Token</label>
          <p class="hint" id="ops-hint">
            The value of OPS_TOKEN.
          </p>
          {refused ? (
            <p class="wrong" id="ops-error">
              Enter the token as it is set. This one does not open the board.
            </p>
          ) : null}
          <input
            class="box"
            id="ops-token"
            name="token"
            type="password"
            autocomplete="current-password"
            required
            autofocus={refused}
            aria-describedby={['ops-hint', error].filter(Boolean).join(' ')}
            aria-invalid={refused ? 'true' : undefined}
          />
        </div>
        <button type="submit">Open the board</button>
      </form>
    </Layout>
  )
}

interface OpsGoOnProps {
  readonly place: Place
  readonly onward: string
}

/** One step of our own between a link on another site and the board; a browser that goes by itself hardly shows it. */
export const OpsGoOn = ({ place, onward }: OpsGoOnProps): JSX.Element => (
  <Layout place={forStaff(place)} title="Staff board">
    <h1>Staff board</h1>
    <p>
      You come by a link on another site. <a href={onward}>Go on</a>
    </p>
  </Layout>
)
