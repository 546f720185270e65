import type { JSX } from 'hono/jsx/jsx-runtime'
import { ACTS, type Act } from '../../src/http/act-forms.ts'
import { ActPage } from '../../src/http/pages/act-page.tsx'
import { ConversationPage } from '../../src/http/pages/conversation-page.tsx'
import { DocsPage, type OpenApiDocument } from '../../src/http/pages/docs.tsx'
import { FailurePage, type FailureKind } from '../../src/http/pages/failure-page.tsx'
import { FindPage, FindSent } from '../../src/http/pages/find-page.tsx'
import { FormPage } from '../../src/http/pages/form-page.tsx'
import { Home } from '../../src/http/pages/home.tsx'
import { OpsBoard } from '../../src/http/pages/ops.tsx'
import { OpsGoOn, OpsSignIn } from '../../src/http/pages/ops-sign-in.tsx'
import { SeenPage } from '../../src/http/pages/seen-page.tsx'
import type { Assets } from '../../src/http/pages/assets.ts'
import type { Place } from '../../src/http/pages/place.ts'
import type { Language } from '../../src/language.ts'
import { boardWithoutHit, busyBoard, calmBoard, freshSeen, fullBoard } from './sample-board.ts'
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

/** The page of one conversation, as its own links name it. */
const OWN = '/helpdesk/c/9h4k7m2q8r5t1w3x6y0z9h4k7m2q8r5t'

export const openedConversation = (place: Place): Props<typeof ConversationPage> => ({
  place,
  reference: '7804821773026',
  referenceIsNumber: true,
  ticketNumber: '7804821773026',
  status: 'opened',
  unitName: place.language === 'en' ? 'the Reference nodes team' : 'Nodos de referencia',
  dueAt: new Date('2026-11-23T09:14:00Z'),
  isPaused: false,
  isHeld: false,
  isNotNeeded: false,
  raisedTo: [],
  answeredAt: null,
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
        href: `${OWN}/files/f1`,
      },
    ],
  },
  entries: [],
  link: 'https://front.example/helpdesk/c/9h4k7m2q8r5t1w3x6y0z9h4k7m2q8r5t',
  delayed: null,
  isFrozen: false,
  isUnreachable: false,
  correctHref: `${OWN}/address?lang=${place.language}`,
  continuedIn: null,
  reply: { action: `${OWN}/replies?lang=${place.language}`, token: 'signed-token' },
  solveHref: `${OWN}/solved?lang=${place.language}`,
  rateHref: null,
  fileLimits: { count: 5, bytes: 26_214_400 },
  done: null,
  self: `${OWN}?lang=${place.language}`,
})

const lastWord: Props<typeof ConversationPage>['entries'][number] = {
  kind: 'said',
  id: 'r2',
  from: 'visitor',
  name: 'Dr. María Sanz',
  at: new Date('2026-11-21T11:00:00Z'),
  html: null,
  text: 'One thing more.',
  files: [],
  hasArrived: false,
}

/** A request that was answered, asked further, and answered with all that an article can hold. */
export const answeredConversation = (place: Place): Props<typeof ConversationPage> => ({
  ...openedConversation(place),
  status: 'answered',
  dueAt: null,
  answeredAt: new Date('2026-11-21T10:02:00Z'),
  correctHref: null,
  rateHref: `${OWN}/rating?lang=${place.language}`,
  entries: [
    {
      kind: 'said',
      id: '4711',
      from: 'desk',
      name: 'Pau Llopis',
      at: new Date('2026-11-21T10:02:00Z'),
      html: '<p>Thank you for the log. The node was restarted this morning; could you try again?</p>',
      text: 'Thank you for the log.',
      files: [
        { name: 'checklist.pdf', size: 81_234, href: `${OWN}/files/4711-3` },
        { name: `${'Résultats du protocole '.repeat(5)}.pdf`, size: 1_834_567, href: `${OWN}/files/4711-4` },
        { name: `log-${'0123456789'.repeat(11)}.txt`, size: 45, href: `${OWN}/files/4711-5` },
      ],
      hasArrived: true,
    },
    {
      kind: 'said',
      id: 'r1',
      from: 'visitor',
      name: 'Dr. María Sanz',
      at: new Date('2026-11-21T10:20:00Z'),
      html: null,
      text: 'It still stops.\nNow at 71 %.',
      files: [{ name: 'second.log', size: 2048, href: `${OWN}/files/r1f` }],
      hasArrived: true,
    },
    {
      kind: 'said',
      id: '4715',
      from: 'desk',
      name: '',
      at: new Date('2026-11-21T10:40:00Z'),
      html: `<p>We found it. Please <b>do two things</b>:</p><ol><li>stop the tool</li><li>run <code>resume --from=71 --verbose --log=${'x'.repeat(60)}</code></li></ol><blockquote><p>It still stops.</p></blockquote><table><tbody><tr><th>Node</th><th>Consortium</th><th>Institution</th><th>Transformation</th></tr><tr><td>Valencia</td><td>Pseudonymisation pending</td><td>Hospital Universitari i Politècnic La Fe</td><td>resynchronisation</td></tr></tbody></table><p><a href="https://guide.example/resume" rel="noopener noreferrer nofollow">How to resume</a></p>`,
      text: 'We found it.',
      files: [],
      hasArrived: true,
    },
  ],
})

/** A request with a first answer, and more that is promised. */
export const heldConversation = (place: Place): Props<typeof ConversationPage> => ({
  ...answeredConversation(place),
  dueAt: openedConversation(place).dueAt,
  isHeld: true,
  answeredAt: null,
})

/** A request that was answered, and goes on with a word that is under way. */
export const askedFurther = (place: Place): Props<typeof ConversationPage> => ({
  ...answeredConversation(place),
  status: 'opened',
  rateHref: null,
  entries: [...answeredConversation(place).entries, lastWord],
})

/** A request at its end: said to be solved, and rated. */
export const closedConversation = (place: Place): Props<typeof ConversationPage> => ({
  ...answeredConversation(place),
  status: 'closed',
  solveHref: null,
  rateHref: null,
  entries: [
    ...answeredConversation(place).entries,
    { kind: 'solved', id: 's', at: new Date('2026-11-21T10:50:00Z'), score: null, text: '' },
    { kind: 'rating', id: 'r', at: new Date('2026-11-21T10:51:00Z'), score: 4, text: 'Quick and kind.' },
  ],
})

/** The confirming page of an act, as it is opened. */
export const freshAct = (place: Place, act: Act): Props<typeof ActPage> => ({
  place,
  act,
  action: `${OWN}/${act}?lang=${place.language}`,
  token: 'signed-token',
  typed: {},
  errors: [],
  notice: null,
  fileLimits: { count: 5, bytes: 26_214_400 },
  filesWereChosen: false,
  number: '7804821773026',
  maskedEmail: 'm•••••@hospital.example',
  back: `${OWN}?lang=${place.language}`,
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

const FAILURES: readonly FailureKind[] = [404, 409, 413, 415, 429, 500, 503, 'file']

type PageOf = (place: Place) => JSX.Element

const emptyFind = (place: Place): Props<typeof FindPage> => ({
  place,
  action: `/helpdesk/find?lang=${place.language}`,
  typed: {},
  errors: [],
  notice: null,
})

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
  answered: (place) => <ConversationPage {...answeredConversation(place)} />,
  held: (place) => <ConversationPage {...heldConversation(place)} />,
  'held-late': (place) => (
    <ConversationPage {...heldConversation(place)} now={new Date('2026-11-23T12:00:00Z')} />
  ),
  'not-needed': (place) => <ConversationPage {...openedConversation(place)} dueAt={null} isNotNeeded />,
  'asked-further': (place) => <ConversationPage {...askedFurther(place)} done="replies" />,
  closed: (place) => <ConversationPage {...closedConversation(place)} done="rating" />,
  gone: (place) => <ConversationPage {...askedFurther(place)} status="gone" reply={null} solveHref={null} />,
  'out-of-sight': (place) => (
    <ConversationPage {...openedConversation(place)} status="out-of-sight" isUnreachable done="address" />
  ),
  merged: (place) => <ConversationPage {...answeredConversation(place)} status="merged" isFrozen />,
  continued: (place) => (
    <ConversationPage
      {...closedConversation(place)}
      entries={[...closedConversation(place).entries, lastWord]}
      continuedIn={{ number: '7804821773099', href: `${OWN.replace('9h4k', '0000')}?lang=${place.language}` }}
    />
  ),
  ...Object.fromEntries(
    ACTS.map((act) => [`act-${act}`, (place: Place) => <ActPage {...freshAct(place, act)} />]),
  ),
  'act-mistakes': (place) => (
    <ActPage
      {...freshAct({ ...place, posted: true }, 'rating')}
      typed={{ comment: 'Quick.' }}
      errors={[
        { field: 'score', message: place.language === 'en' ? 'Choose an answer' : 'Elija una respuesta' },
      ]}
    />
  ),
  'act-sent-other': (place) => (
    <ActPage
      {...freshAct({ ...place, posted: true }, 'replies')}
      typed={{ body: 'It still stops.' }}
      notice="already-sent-other"
      filesWereChosen
    />
  ),
  'act-not-now': (place) => (
    <ActPage
      {...freshAct({ ...place, posted: true }, 'replies')}
      typed={{ body: 'It still stops.\nNow at 71 %.' }}
      notice="not-now"
    />
  ),
  find: (place) => <FindPage {...emptyFind(place)} />,
  'find-mistake': (place) => (
    <FindPage
      {...emptyFind({ ...place, posted: true })}
      typed={{ email: 'maria' }}
      errors={[{ field: 'email', message: 'Enter an email address, like name@example.org' }]}
    />
  ),
  'find-sent': (place) => <FindSent place={place} />,
  ...Object.fromEntries(
    FAILURES.map((kind) => [
      `failure-${kind}`,
      (place: Place) => <FailurePage place={place} kind={kind} retryAfterSeconds={null} />,
    ]),
  ),
}

/** Every page that speaks English alone. */
export const englishPages: Readonly<Record<string, PageOf>> = {
  'ops-sign-in': (place) => <OpsSignIn place={place} action="/helpdesk/ops/sign-in" refused />,
  'ops-go-on': (place) => <OpsGoOn place={place} onward="/helpdesk/ops?via=link" />,
  'ops-board': (place) => <OpsBoard {...busyBoard(place)} />,
  'ops-board-full': (place) => <OpsBoard {...fullBoard(place)} />,
  'ops-board-empty': (place) => <OpsBoard {...calmBoard(place)} />,
  'ops-board-no-hit': (place) => <OpsBoard {...boardWithoutHit(place)} />,
  seen: (place) => <SeenPage {...freshSeen(place)} />,
  'seen-done': (place) => (
    <SeenPage {...freshSeen(place)} acknowledgedAt={new Date('2026-11-21T11:05:00Z')} />
  ),
  'seen-over': (place) => <SeenPage {...freshSeen(place)} isOver />,
  docs: (place) => <DocsPage place={place} document={sampleApi} />,
}

export const HOSTILE_NAME = '"><script>alert(1)</script><p title="'
export const HOSTILE_TEXT = '\n\n</textarea><script>alert(2)</script>&amp; <!-- \n'

/** A form that comes back with text which tries to break out of its field. */
export const hostilePage = (place: Place): JSX.Element => (
  <FormPage {...freshForm(place)} typed={{ name: HOSTILE_NAME, what: HOSTILE_TEXT, node: HOSTILE_NAME }} />
)
