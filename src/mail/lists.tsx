import { LIGHT, type Accent } from './tokens.ts'
import type { Entry, Link, Wording } from './wording.ts'

// Mail programs cut what is longer than about 100 kB, so that what many entries share stands in one place.

const EntryLink = ({ link, name, accent }: { link: Link; name: string | null; accent: Accent }) => (
  <a
    class="accent"
    href={link.url}
    aria-label={name === null ? undefined : `${link.label}: ${name}`}
    style={`color:${accent.light};margin-right:1rem`}
  >
    {link.label}
  </a>
)

const EntryOf = ({ entry, accent }: { entry: Entry; accent: Accent }) => (
  <div class="entry" style={`padding:0.75rem 0;border-bottom:1px solid ${LIGHT.line}`}>
    <b style="font-variant-numeric:tabular-nums">
      {entry.name === null ? entry.what : `${entry.name} · ${entry.what}`}
    </b>
    {entry.lines.map((each) => (
      <div class="soft" style={`color:${LIGHT.soft}`}>
        {each}
      </div>
    ))}
    <div style="margin-top:0.25rem">
      {entry.links.map((link) => (
        <EntryLink link={link} name={entry.name} accent={accent} />
      ))}
    </div>
  </div>
)

/** Several things to look at, each under the title of what they have in common. */
export const Lists = ({ lists, accent }: Pick<Wording, 'lists'> & { accent: Accent }) => (
  <>
    {lists.map(({ title, entries }) => (
      <tr>
        <td
          class="ink"
          style={`padding: 1.5rem 1.5rem 0; font-size: 0.9375rem; color: ${LIGHT.ink}; overflow-wrap: anywhere`}
        >
          <h2 class="ink" style={`margin: 0; font-size: 1.0625rem; line-height: 1.3; color: ${LIGHT.ink}`}>
            {title}
          </h2>
          {entries.map((entry) => (
            <EntryOf entry={entry} accent={accent} />
          ))}
        </td>
      </tr>
    ))}
  </>
)
