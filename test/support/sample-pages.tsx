import type { JSX } from 'hono/jsx/jsx-runtime'
import { ConversationPage } from '../../src/http/pages/conversation-page.tsx'
import { DocsPage, type OpenApiDocument } from '../../src/http/pages/docs.tsx'
import { FailurePage, type FailureStatus } from '../../src/http/pages/failure-page.tsx'
import { FormPage } from '../../src/http/pages/form-page.tsx'
import { Home } from '../../src/http/pages/home.tsx'
import { OpsBoard, OpsSignIn } from '../../src/http/pages/ops.tsx'
import type { Assets } from '../../src/http/pages/assets.ts'
import type { Place } from '../../src/http/pages/place.ts'
import type { Language } from '../../src/language.ts'
import { questionForm, sampleForms, sampleSite, uploadForm } from './sample-forms.ts'

type Props<Component extends (props: never) => unknown> = Parameters<Component>[0]

/** Where the sample pages stand: under a path of the proxy's, in a sandbox. */
export const samplePlace = (assets: Assets, language: Language): Place => ({
  site: sampleSite,
  language,
  path: (to) => `/helpdesk${to}`,
  assets,
  answerWithinHours: 48,
  sandbox: true,
  posted: false,
})

export const freshForm = (place: Place): Props<typeof FormPage> => ({
  place,
  form: uploadForm,
  typed: {},
  errors: [],
  notice: null,
  action: `/helpdesk/forms/upload-trouble?lang=${place.language}`,
  token: 'signed-token',
  zone: '',
  fileLimits: { count: 5, bytes: 25_000_000 },
  filesWereChosen: false,
})

const typed = {
  name: 'Dr. María Sanz',
  email: 'maria.sanz@hospital',
  node: 'upv',
  since: 'recently',
  what_arrived: ['images'],
  consent: 'yes',
}

/** A form as it comes back with mistakes in it, one in every kind of field. */
export function formWithErrors(place: Place): Props<typeof FormPage> {
  const [email, choose, what] =
    place.language === 'en'
      ? ['Enter an email address, like name@example.org', 'Choose one of the answers', 'Tell us what happens']
      : [
          'Escriba una dirección de correo, como nombre@example.org',
          'Elija una de las respuestas',
          'Cuéntenos qué ocurre',
        ]
  return {
    ...freshForm({ ...place, posted: true }),
    typed,
    filesWereChosen: true,
    errors: [
      { field: 'email', message: email ?? '' },
      { field: 'since', message: choose ?? '' },
      { field: 'what', message: what ?? '' },
    ],
  }
}

export const openedConversation = (place: Place): Props<typeof ConversationPage> => ({
  place,
  reference: '7804821773026',
  referenceIsNumber: true,
  ticketNumber: '7804821773026',
  status: 'opened',
  unitName: place.language === 'en' ? 'the Reference nodes team' : 'Nodos de referencia',
  dueAt: new Date('2026-11-23T09:14:00Z'),
  now: new Date('2026-11-21T11:10:00Z'),
  timeZone: 'Europe/Madrid',
  zoneIsVisitors: true,
  maskedEmail: 'm•••••@hospital.example',
  sent: {
    at: new Date('2026-11-21T09:14:00Z'),
    formTitle: place.language === 'en' ? 'Upload is failing' : 'La subida falla',
    answers: [
      { label: 'Reference node', value: 'UPV, Valencia' },
      { label: 'What happens?', value: 'The upload stops at 63 %.\nThen it says “connection reset”.' },
      { label: 'Organisation', value: '' },
    ],
    files: [
      {
        name: `upload-${'very-'.repeat(12)}long.log`,
        size: 1_234_567,
        href: 'https://front.example/helpdesk/c/9h4k7m2q8r5t1w3x6y0z9h4k7m2q8r5t/files/f1',
      },
    ],
  },
  link: 'https://front.example/helpdesk/c/9h4k7m2q8r5t1w3x6y0z9h4k7m2q8r5t',
  delayed: null,
})

const board = (place: Place): Props<typeof OpsBoard> => ({
  place,
  now: new Date('2026-11-21T11:10:00Z'),
  parked: [
    {
      id: '01jd3',
      kind: 'open-ticket',
      since: new Date('2026-11-21T08:02:00Z'),
      reason: 'Zammad refuses the group "Reference nodes": it is inactive.',
      attempts: 6,
    },
    { id: '01jd9', kind: 'mail', since: new Date('2026-11-19T10:00:00Z'), reason: 'gave up', attempts: 41 },
  ],
  observed: [{ at: new Date('2026-11-21T11:00:00Z'), kind: 'note', what: 'ticket 4711' }],
  paused: [{ lane: 'mail', since: new Date('2026-11-21T11:08:00Z'), reason: '535 authentication failed' }],
  rules: {
    version: '3f2a9c1b7d10',
    rules: [
      { name: 'Mapping tables for the ETL', unit: 'first-line' },
      {
        name: 'A provider of the federated search, with a name that takes more than one line',
        unit: 'federated-search',
      },
    ],
    trouble: {
      since: '2026-11-21T10:40:00.000Z',
      problems: [
        'routing-rules/40-nodes.yaml:12: rules[3].then.unit: no unit is called refrence-nodes; did you mean reference-nodes?',
      ],
    },
    tally: [
      { rule: null, feedback: 'open', count: 4 },
      { rule: 'Mapping tables for the ETL', feedback: 'kept', count: 31 },
      { rule: 'Mapping tables for the ETL', feedback: 'moved', count: 2 },
    ],
  },
  action: (job, act) => `/helpdesk/ops/jobs/${job}/${act}`,
  token: 'signed-token',
})

export const sampleApi: OpenApiDocument = {
  openapi: '3.1.0',
  info: { title: 'Firstline API', version: '1', description: 'Forms, submissions and conversations.' },
  paths: {
    '/api/v1/forms/{form}': {
      parameters: [
        { name: 'form', in: 'path', required: true, schema: { type: 'string' }, description: 'Its id' },
      ],
      get: {
        summary: 'One form',
        parameters: [{ $ref: '#/components/parameters/Lang' }],
        responses: {
          200: {
            description: 'The form',
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Form' } } },
          },
          404: { description: 'No such form' },
        },
      },
    },
    '/api/v1/submissions': {
      post: {
        summary: 'Send a request',
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['form'],
                properties: {
                  form: { type: 'string', description: 'Id of the form' },
                  due_at: { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] },
                },
              },
            },
            'multipart/form-data': { schema: { type: 'object', additionalProperties: true } },
          },
        },
        responses: {
          201: {
            description: 'Taken',
            content: {
              'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Form' } } },
            },
          },
        },
      },
    },
  },
  components: {
    parameters: { Lang: { name: 'lang', in: 'query', schema: { enum: ['en', 'es'] } } },
    schemas: {
      Form: {
        type: 'object',
        required: ['id'],
        properties: {
          id: { type: 'string' },
          languages: { type: 'array', items: { type: 'string' }, description: 'The first is the default' },
        },
      },
    },
  },
}

const FAILURES: readonly FailureStatus[] = [404, 409, 413, 415, 429, 500, 503]

type PageOf = (place: Place) => JSX.Element

/** Every page for visitors, by name. */
export const visitorPages: Readonly<Record<string, PageOf>> = {
  home: (place) => <Home place={place} forms={sampleForms} />,
  form: (place) => <FormPage {...freshForm(place)} />,
  'form-short': (place) => <FormPage {...freshForm(place)} form={questionForm} />,
  'form-errors': (place) => <FormPage {...formWithErrors(place)} />,
  'form-sent-other': (place) => (
    <FormPage {...formWithErrors(place)} errors={[]} notice="already-sent-other" />
  ),
  'form-expired': (place) => (
    <FormPage {...formWithErrors(place)} errors={[]} notice="token-expired" filesWereChosen={false} />
  ),
  opened: (place) => <ConversationPage {...openedConversation(place)} />,
  late: (place) => (
    <ConversationPage
      {...openedConversation(place)}
      now={new Date('2026-11-23T12:00:00Z')}
      zoneIsVisitors={false}
    />
  ),
  received: (place) => (
    <ConversationPage
      {...openedConversation(place)}
      status="received"
      reference="FL-7K3M9QXZ"
      referenceIsNumber={false}
      ticketNumber={null}
      delayed="desk-unreachable"
    />
  ),
  ...Object.fromEntries(
    FAILURES.map((status) => [
      `failure-${status}`,
      (place: Place) => <FailurePage place={place} status={status} retryAfterSeconds={null} />,
    ]),
  ),
}

/** Every page that speaks English alone. */
export const englishPages: Readonly<Record<string, PageOf>> = {
  'ops-sign-in': (place) => <OpsSignIn place={place} action="/helpdesk/ops/sign-in" refused />,
  'ops-board': (place) => <OpsBoard {...board(place)} />,
  'ops-board-empty': (place) => <OpsBoard {...board(place)} parked={[]} observed={[]} paused={[]} />,
  docs: (place) => <DocsPage place={place} document={sampleApi} />,
}

export const HOSTILE_NAME = '"><script>alert(1)</script><p title="'
export const HOSTILE_TEXT = '\n\n</textarea><script>alert(2)</script>&amp; <!-- \n'

/** A form that comes back with text which tries to break out of its field. */
export const hostilePage = (place: Place): JSX.Element => (
  <FormPage {...freshForm(place)} typed={{ name: HOSTILE_NAME, what: HOSTILE_TEXT, node: HOSTILE_NAME }} />
)
