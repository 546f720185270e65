import type { JSX } from 'hono/jsx/jsx-runtime'
import { type BoardQuery, isNarrowed, NO_UNIT, REFRESH_SECONDS, WHOLE_BOARD } from '../board-query.ts'
import type { BoardWords } from './ops-promises.tsx'

export interface Choice {
  readonly id: string
  readonly name: string
}

interface FindProps extends BoardWords {
  readonly action: string
  readonly units: readonly Choice[]
  readonly forms: readonly Choice[]
  /** Whether anybody asks for silence. */
  readonly maySeekQuiet: boolean
}

/** One search for every list of the page, and what narrows the tickets alone. */
export function Find(props: FindProps): JSX.Element {
  const { action, query, link, units, forms, maySeekQuiet } = props
  const which = [
    { id: 'late', name: 'late ones' },
    { id: 'soon', name: 'those due soon' },
    ...(maySeekQuiet ? [{ id: 'quiet', name: 'silent ones' }] : []),
  ]
  return (
    <form class="sift" method="get" action={action} role="search">
      <div>
        <label for="ops-q">Search all lists</label>
        <input
          class="box"
          id="ops-q"
          name="q"
          type="search"
          value={query.search}
          maxlength={100}
          autocomplete="off"
          spellcheck={false}
        />
      </div>
      <Select
        name="unit"
        label="Tickets of"
        all="every unit"
        chosen={query.unit}
        choices={[...known(units, query.unit), { id: NO_UNIT, name: 'no unit’s group' }]}
      />
      <Select
        name="form"
        label="From"
        all="every form"
        chosen={query.form}
        choices={known(forms, query.form)}
      />
      <Select name="only" label="Which ones" all="all that wait" chosen={query.only} choices={which} />
      {query.sort === WHOLE_BOARD.sort ? null : <input type="hidden" name="sort" value={query.sort} />}
      {query.refreshes ? <input type="hidden" name="refresh" value={REFRESH_SECONDS} /> : null}
      <div class="links row">
        <button type="submit">Show</button>
        {isNarrowed(query) ? (
          <a href={link({ ...WHOLE_BOARD, refreshes: query.refreshes })}>Show everything</a>
        ) : null}
      </div>
    </form>
  )
}

/** What was chosen stays on offer, also where the rules no longer have it. */
const known = (choices: readonly Choice[], chosen: string): readonly Choice[] =>
  chosen === '' || chosen === NO_UNIT || choices.some(({ id }) => id === chosen)
    ? choices
    : [...choices, { id: chosen, name: chosen }]

interface SelectProps {
  readonly name: keyof BoardQuery
  readonly label: string
  /** What is said where nothing is left out. */
  readonly all: string
  readonly chosen: string
  readonly choices: readonly Choice[]
}

function Select({ name, label, all, chosen, choices }: SelectProps): JSX.Element {
  const id = `ops-${name}`
  return (
    <div>
      <label for={id}>{label}</label>
      <select class="box" id={id} name={name}>
        <option value="">{all}</option>
        {choices.map((choice) => (
          <option value={choice.id} selected={choice.id === chosen}>
            {choice.name}
          </option>
        ))}
      </select>
    </div>
  )
}
