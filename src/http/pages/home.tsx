import type { JSX } from 'hono/jsx/jsx-runtime'
import type { Form } from '../../forms/form.ts'
import { inLanguage } from '../../language.ts'
import { Layout } from './layout.tsx'
import { pageIn, type Place, tellPromise } from './place.ts'
import { textsIn } from './texts/texts.ts'

interface HomeProps {
  readonly place: Place
  readonly forms: readonly Form[]
}

/** The first page: both ways in, then the topics in the groups of the site. */
export function Home({ place, forms }: HomeProps): JSX.Element {
  const texts = textsIn(place.language).home
  const groups = place.site.groups
    .map((group) => ({ ...group, forms: forms.filter((form) => form.group === group.id) }))
    .filter((group) => group.forms.length > 0)
  return (
    <Layout place={place} title={texts.title}>
      <div>
        <h1>{texts.title}</h1>
        <p class="lead">{texts.promise(tellPromise(place))}</p>
      </div>
      <WaysIn place={place} />
      <div id="topics">
        {groups.map((group) => (
          <section aria-labelledby={`group-${group.id}`}>
            <h2 id={`group-${group.id}`}>{inLanguage(group.title, place.language)}</h2>
            <ul class="grid">
              {group.forms.map((form) => (
                <Topic place={place} form={form} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Layout>
  )
}

function WaysIn({ place }: { readonly place: Place }): JSX.Element {
  const texts = textsIn(place.language).home
  const { login } = place.site
  return (
    <section class="card ways" aria-label={texts.ways}>
      <div>
        <h2>{texts.withLogin}</h2>
        <p class="soft">
          {texts.withLoginText} <a href={login.url}>{inLanguage(login.label, place.language)}</a>
        </p>
      </div>
      <div>
        <h2>{texts.without}</h2>
        <p class="soft">
          {texts.withoutText} <a href="#topics">{texts.choose}</a>
        </p>
        <p class="soft">
          {texts.lostLink} <a href={pageIn(place, '/find')}>{texts.find}</a>
        </p>
      </div>
    </section>
  )
}

function Topic({ place, form }: { readonly place: Place; readonly form: Form }): JSX.Element {
  return (
    <li>
      <a class="card topic" href={pageIn(place, `/forms/${form.id}`)}>
        <strong>{inLanguage(form.title, place.language)}</strong>
        <span>{inLanguage(form.summary, place.language)}</span>
      </a>
    </li>
  )
}
