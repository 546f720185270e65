import type { JSX } from 'hono/jsx/jsx-runtime'
import { Layout } from './layout.tsx'
import type { Place } from './place.ts'

/** An OpenAPI 3.1 document, as far as a reader needs it; whatever else is in it is left out. */
export type OpenApiDocument = Readonly<Record<string, unknown>>

type Part = Readonly<Record<string, unknown>>

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'] as const

/** The routes of the API with what they take and answer, and the shapes that they share. In English. */
export function DocsPage({
  place,
  document,
}: {
  readonly place: Place
  readonly document: OpenApiDocument
}): JSX.Element {
  const info = part(document['info'])
  const title = text(info['title']) || 'API'
  const operations = operationsOf(document)
  const schemas = Object.entries(part(part(document['components'])['schemas']))
  return (
    <Layout place={{ ...place, language: 'en', posted: true }} title={title}>
      <div>
        <h1>{title}</h1>
        <p class="lead">{text(info['description'])}</p>
      </div>
      <nav class="card help" aria-labelledby="routes">
        <h2 id="routes">Routes</h2>
        <ul class="links">
          {operations.map((operation) => (
            <li>
              <a href={`#${operation.id}`}>{operation.name}</a>
            </li>
          ))}
        </ul>
      </nav>
      {operations.map((operation) => (
        <Operation document={document} operation={operation} />
      ))}
      {schemas.map(([name, schema]) => (
        <section aria-labelledby={schemaId(name)}>
          <h2 id={schemaId(name)}>{name}</h2>
          <Schema name={name} schema={part(schema)} />
        </section>
      ))}
    </Layout>
  )
}

interface Operation {
  readonly id: string
  readonly name: string
  readonly what: Part
  /** Its own parameters after those of its path. */
  readonly parameters: readonly Part[]
}

function operationsOf(document: OpenApiDocument): readonly Operation[] {
  return Object.entries(part(document['paths'])).flatMap(([path, item]) =>
    METHODS.filter((method) => method in part(item)).map((method) => {
      const what = part(part(item)[method])
      const parameters = [...parts(part(item)['parameters']), ...parts(what['parameters'])]
      return {
        id: `${method}${path.replaceAll(/[^a-z0-9]+/gi, '-').replace(/-$/, '')}`,
        name: `${method.toUpperCase()} ${path}`,
        what,
        parameters: parameters.map((parameter) => resolved(document, parameter)),
      }
    }),
  )
}

function Operation({
  document,
  operation,
}: {
  readonly document: OpenApiDocument
  readonly operation: Operation
}): JSX.Element {
  const { what, id, name, parameters } = operation
  const body = resolved(document, part(what['requestBody']))
  return (
    <section aria-labelledby={id}>
      <h2 id={id} class="long">
        {name}
      </h2>
      <p>{[text(what['summary']), text(what['description'])].filter(Boolean).join('. ')}</p>
      {parameters.length > 0 ? <Parameters of={name} parameters={parameters} /> : null}
      <Content name={`${name}, request`} title="Request" content={part(body['content'])} />
      {Object.entries(part(what['responses'])).map(([status, response]) => {
        const answer = resolved(document, part(response))
        return (
          <Content
            name={`${name}, ${status}`}
            title={`${status} ${text(answer['description'])}`}
            content={part(answer['content'])}
            always
          />
        )
      })}
    </section>
  )
}

function Parameters({
  of,
  parameters,
}: {
  readonly of: string
  readonly parameters: readonly Part[]
}): JSX.Element {
  return (
    <Rows
      name={`${of}, parameters`}
      columns={['Parameter', 'In', 'Type', 'Meaning']}
      rows={parameters.map((parameter) => [
        `${text(parameter['name'])}${parameter['required'] === true ? ' *' : ''}`,
        text(parameter['in']),
        <Type schema={part(parameter['schema'])} />,
        text(parameter['description']),
      ])}
    />
  )
}

interface ContentProps {
  readonly name: string
  readonly title: string
  readonly content: Part
  /** Whether the title stands even where there is no content. */
  readonly always?: boolean
}

function Content({ name, title, content, always = false }: ContentProps): JSX.Element | null {
  const types = Object.entries(content)
  if (types.length === 0 && !always) return null
  return (
    <>
      <h3>{title}</h3>
      {types.map(([type, media]) => (
        <>
          <p class="soft">{type}</p>
          <Schema name={`${name}, ${type}`} schema={part(part(media)['schema'])} />
        </>
      ))}
    </>
  )
}

/** An object's properties as a table, a name that is explained elsewhere as a link, all else as it is written. */
function Schema({ name, schema }: { readonly name: string; readonly schema: Part }): JSX.Element {
  const properties = Object.entries(part(schema['properties']))
  if (properties.length === 0) {
    return isNamed(schema) ? (
      <p>
        <Type schema={schema} />
      </p>
    ) : (
      <pre tabindex={0}>{JSON.stringify(schema, null, 2)}</pre>
    )
  }
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return (
    <Rows
      name={name}
      columns={['Property', 'Type', 'Meaning']}
      rows={properties.map(([property, value]) => [
        `${property}${required.includes(property) ? ' *' : ''}`,
        <Type schema={part(value)} />,
        text(part(value)['description']),
      ])}
    />
  )
}

interface RowsProps {
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | JSX.Element)[])[]
}

function Rows({ name, columns, rows }: RowsProps): JSX.Element {
  return (
    <div class="scroll" role="group" aria-label={name} tabindex={0}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col">{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([first, ...others]) => (
            <tr>
              <th scope="row">{first}</th>
              {others.map((cell) => (
                <td>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const REF = /^#\/components\/schemas\/(.+)$/

const refOf = (schema: Part): string | undefined => REF.exec(text(schema['$ref']))?.[1]

const isNamed = (schema: Part): boolean =>
  refOf(schema) !== undefined || (schema['type'] === 'array' && refOf(part(schema['items'])) !== undefined)

function Type({ schema }: { readonly schema: Part }): JSX.Element {
  const ref = refOf(schema)
  if (ref !== undefined) return <a href={`#${schemaId(ref)}`}>{ref}</a>
  if (schema['type'] === 'array') {
    return (
      <>
        list of <Type schema={part(schema['items'])} />
      </>
    )
  }
  const choices = [...parts(schema['anyOf']), ...parts(schema['oneOf'])]
  if (choices.length > 0) {
    return (
      <>
        {choices.map((choice, at) => (
          <>
            {at > 0 ? ' or ' : null}
            <Type schema={choice} />
          </>
        ))}
      </>
    )
  }
  return <>{plainType(schema)}</>
}

function plainType(schema: Part): string {
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => JSON.stringify(value)).join(' or ')
  if ('const' in schema) return JSON.stringify(schema['const'])
  const type = schema['type']
  const named = Array.isArray(type) ? type.map(text).join(' or ') : text(type) || 'anything'
  const format = text(schema['format'])
  return format ? `${named} (${format})` : named
}

const schemaId = (name: string): string => `schema-${name}`

/** A parameter, body or answer that is written once under `components` and referred to. */
function resolved(document: OpenApiDocument, value: Part): Part {
  const ref = text(value['$ref'])
  if (!ref.startsWith('#/')) return value
  return ref
    .slice(2)
    .split('/')
    .reduce<Part>((at, key) => part(at[key]), document)
}

const isPart = (value: unknown): value is Part =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const part = (value: unknown): Part => (isPart(value) ? value : {})

const parts = (value: unknown): readonly Part[] => (Array.isArray(value) ? value.filter(isPart) : [])

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
