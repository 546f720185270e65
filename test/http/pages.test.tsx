import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/failure.ts'
import { buildAssets } from '../../src/http/pages/assets.ts'
import { contrast } from '../../src/forms/contrast.ts'
import { ConversationPage } from '../../src/http/pages/conversation-page.tsx'
import { FailurePage } from '../../src/http/pages/failure-page.tsx'
import { FormPage, type FormNotice } from '../../src/http/pages/form-page.tsx'
import { Home } from '../../src/http/pages/home.tsx'
import { renderPage } from '../../src/http/pages/layout.tsx'
import { tellPromise } from '../../src/http/pages/place.ts'
import { groupsOf } from '../../src/http/pages/number.tsx'
import { ActPage } from '../../src/http/pages/act-page.tsx'
import { withTablesInBoxes } from '../../src/http/pages/article-html.ts'
import { DocsPage } from '../../src/http/pages/docs.tsx'
import { styleSheet, TOKENS } from '../../src/http/pages/style.css.ts'
import { en } from '../../src/http/pages/texts/en.ts'
import { textsIn } from '../../src/http/pages/texts/texts.ts'
import { LANGUAGES, tellSize } from '../../src/language.ts'
import { questionForm, sampleForms, sampleSite, uploadForm } from '../support/sample-forms.ts'
import {
  answeredConversation,
  askedFurther,
  closedConversation,
  englishPages,
  formWithErrors,
  freshForm,
  freshAct,
  openedConversation,
  sampleApi,
  samplePlace,
  visitorPages,
} from '../support/sample-pages.tsx'

const assets = await buildAssets(sampleSite.accent)
const place = samplePlace(assets, 'en')

const everyPage = [
  ...Object.entries(visitorPages).flatMap(([name, page]) =>
    LANGUAGES.map((language) => ({ name, language, html: renderPage(page(samplePlace(assets, language))) })),
  ),
  ...Object.entries(englishPages).flatMap(([name, page]) =>
    LANGUAGES.map((language) => ({
      name,
      language: 'en',
      html: renderPage(page(samplePlace(assets, language))),
    })),
  ),
]

/** The text between tags, as a reader sees it. */
const read = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ')

const valuesOf = (html: string, attribute: string): readonly string[] =>
  [...html.matchAll(new RegExp(`\\s${attribute}="([^"]*)"`, 'g'))].map((match) => match[1] ?? '')

test.for(everyPage)(
  '$name is a whole page in $language with one heading and one main part',
  ({ html, language }) => {
    expect(html.startsWith(`<!DOCTYPE html><html lang="${language}"><head><meta charset="utf-8"/>`)).toBe(
      true,
    )
    expect(html.endsWith('</html>')).toBe(true)
    expect(html.match(/<h1/g)).toHaveLength(1)
    expect(html.match(/<main/g)).toHaveLength(1)
    expect(html).not.toMatch(/undefined|\[object|NaN/)
  },
)

test.for(everyPage)('$name brings no style or script of its own in $language', ({ html }) => {
  expect(html).not.toMatch(/\sstyle=|<style|\son[a-z]+=|javascript:/)
  expect(html.match(/<script[^>]*>/g)).toEqual([
    `<script type="module" src="/helpdesk${assets.script.path}">`,
  ])
})

test.for(everyPage)('every address on $name stays under the path of PUBLIC_URL in $language', ({ html }) => {
  const addresses = ['href', 'src', 'action'].flatMap((attribute) => valuesOf(html, attribute))
  const own = addresses.filter((address) => !/^(https:|data:image|#|\?lang=)/.test(address))
  expect(own.length).toBeGreaterThan(2)
  expect(own.filter((address) => !address.startsWith('/helpdesk/'))).toEqual([])
})

test.for(everyPage)('no two elements of $name share an id in $language', ({ html }) => {
  const ids = valuesOf(html, 'id')
  expect(ids).toEqual([...new Set(ids)])
})

const strings = (texts: object): readonly (readonly [string, string])[] =>
  Object.entries(texts).flatMap(([key, value]: [string, unknown]): (readonly [string, string])[] => {
    if (typeof value === 'string') return [[key, value]]
    if (typeof value === 'function') return [[key, String(value('1', '2', '3'))]]
    return typeof value === 'object' && value !== null
      ? strings(value).map(([inner, text]) => [`${key}.${inner}`, text])
      : []
  })

test('the Spanish pages say everything that the English ones say, in words of their own', () => {
  const spanish = new Map(strings(textsIn('es')))
  const same = strings(en).filter(([key, text]) => spanish.get(key) === text)
  expect(strings(en).map(([key]) => key)).toEqual([...spanish.keys()])
  expect(same.map(([key]) => key)).toEqual(['sandboxDesk', 'errorTitle', 'form.error'])
})

test('the first page names both ways in, and the topics of each group that has any', () => {
  const html = renderPage(<Home place={place} forms={sampleForms} />)
  expect(html).toContain(`href="${sampleSite.login.url}"`)
  expect(read(html)).toContain('No account is needed')
  expect(read(html)).toContain('within 48 hours')
  for (const form of sampleForms) expect(html).toContain(`href="/helpdesk/forms/${form.id}?lang=en"`)
  expect(html).not.toContain('Nobody')
})

test('a page that answers a POST offers no link that would lose what was typed', () => {
  expect(renderPage(<FormPage {...freshForm(place)} />)).toContain('href="?lang=es"')
  expect(renderPage(<FormPage {...formWithErrors(place)} />)).not.toContain('href="?lang=')
})

test.for(LANGUAGES)('hidden parts come first and files last, whatever the form says (%s)', (language) => {
  const html = renderPage(<FormPage {...freshForm(samplePlace(assets, language))} />)
  const names = valuesOf(html.slice(html.indexOf('<form')), 'name')
  expect(names.slice(0, 3)).toEqual(['_token', '_zone', '_email2'])
  expect(names.at(-1)).toBe('log')
  expect(names.indexOf('consent')).toBeGreaterThan(names.indexOf('what'))
})

const REMINDER = {
  en: 'No patient images, names, identifiers or dates of birth.',
  es: 'Sin imágenes, nombres, identificadores ni fechas de nacimiento de pacientes.',
}

test.for(LANGUAGES)('what must not be sent stands above every text and every file (%s)', (language) => {
  const html = renderPage(<FormPage {...freshForm(samplePlace(assets, language))} />)
  const boxes = [
    ...html.matchAll(/<(?:textarea|input)[^>]*\sname="(name|email|organisation|project|what|log)"/g),
  ]
  expect(boxes.map((box) => box[1])).toEqual(['name', 'email', 'organisation', 'project', 'what', 'log'])
  const separators = /<(?:select|fieldset|textarea)|type="(?:checkbox|radio|date|file)"/
  for (const box of boxes) {
    const above = html.slice(0, box.index)
    const since = above.slice(above.lastIndexOf(REMINDER[language]))
    expect(above).toContain(REMINDER[language])
    expect(since).not.toMatch(separators)
  }
})

test('a mistake is told first in the page, in its title, and at its field between hint and box', () => {
  const html = renderPage(<FormPage {...formWithErrors(place)} />)
  expect(html).toContain('<title>Error: Upload is failing')
  expect(html.indexOf('role="alert"')).toBeLessThan(html.indexOf('<h1'))
  expect(html).toContain('<a href="#f-email">Enter an email address, like name@example.org</a>')
  const [hint, error, box] = ['id="f-email-hint"', 'id="f-email-error"', 'id="f-email"'].map((id) =>
    html.indexOf(id),
  )
  expect([hint, error, box]).toEqual([hint, error, box].sort((a, b) => Number(a) - Number(b)))
  expect(html).toMatch(
    /<input[^>]*id="f-email"[^>]*aria-describedby="f-email-hint f-email-error"[^>]*aria-invalid="true"/,
  )
})

test('a mistake in no field of the form is told without a link', () => {
  const errors = [{ field: 'nowhere', message: 'Send it again' }]
  const html = renderPage(<FormPage {...freshForm(place)} errors={errors} />)
  expect(html).toContain('<li>Send it again</li>')
})

test('every id that a field refers to is on the page', () => {
  const html = renderPage(<FormPage {...formWithErrors(place)} />)
  const ids = new Set(valuesOf(html, 'id'))
  const referred = [
    ...valuesOf(html, 'aria-describedby').flatMap((list) => list.split(' ')),
    ...valuesOf(html, 'for'),
  ]
  expect(referred.length).toBeGreaterThan(10)
  expect(referred.filter((id) => !ids.has(id))).toEqual([])
})

test('everything that was typed or chosen is in the form again', () => {
  const typed = {
    name: 'Ana "Anita" <Ruiz>',
    node: 'unknown',
    since: 'always',
    what_arrived: ['images', 'clinical'],
    day: '2026-11-20',
    project: 'https://project.example/?a=1&b=2',
    what: '\n<b>63 %</b>',
    consent: 'yes',
  }
  const html = renderPage(<FormPage {...freshForm(place)} typed={typed} />)
  expect(html).toContain('value="Ana &quot;Anita&quot; &lt;Ruiz&gt;"')
  expect(html).toContain('<option value="unknown" selected="">')
  expect(html.match(/value="(always|images|clinical|yes)" checked=""/g)).toHaveLength(4)
  expect(html).toContain('value="2026-11-20"')
  expect(html).toContain('value="https://project.example/?a=1&amp;b=2"')
  expect(html).toContain('>\n\n&lt;b&gt;63 %&lt;/b&gt;</textarea>')
})

test('lost files are told where they have to be chosen again', () => {
  const lost = renderPage(<FormPage {...formWithErrors(place)} />)
  expect(lost.split(en.form.chooseFilesAgain)).toHaveLength(3)
  expect(renderPage(<FormPage {...freshForm(place)} />)).not.toContain(en.form.chooseFilesAgain)
})

describe.each(LANGUAGES)('in %s', (language) => {
  const texts = textsIn(language)
  const here = samplePlace(assets, language)

  test.for(Object.keys(en.form.notices) as FormNotice[])(
    'the notice %s comes first and keeps the form',
    (notice) => {
      const html = renderPage(<FormPage {...freshForm(here)} notice={notice} typed={{ name: 'Ana' }} />)
      expect(html).toContain(`<title>${texts.errorTitle}`)
      expect(html.indexOf(texts.form.notices[notice].text)).toBeGreaterThan(0)
      expect(html.indexOf(texts.form.notices[notice].text)).toBeLessThan(html.indexOf('<h1'))
      expect(html).toContain('value="Ana"')
      expect(html).toContain(notice === 'already-sent-other' ? texts.form.sendAsNew : texts.form.send)
    },
  )

  test.for([404, 409, 413, 415, 429, 500, 503, 'file'] as const)(
    'the page of a %s says what happened and what to do now',
    (status) => {
      const page = read(renderPage(<FailurePage place={here} kind={status} retryAfterSeconds={null} />))
      for (const sentence of Object.values(texts.failures[status])) expect(page).toContain(sentence)
      expect(page).not.toMatch(/\b[45]\d\d\b/)
    },
  )

  test.for([413, 415, 429] as const)(
    'where the body could not be read (%i), nothing was sent and Back brings the text',
    (status) => {
      expect(texts.failures[status].safe).toMatch(/Nothing was sent|No se ha enviado nada/)
      expect(texts.failures[status].next).toMatch(/[Gg]o back|[Vv]uelva atrás/)
    },
  )
})

test('a wait that is known is named', () => {
  const told = (seconds: number) =>
    read(renderPage(<FailurePage place={place} kind={429} retryAfterSeconds={seconds} />))
  expect(told(600)).toContain('Wait 10 minutes, then go back')
  expect(told(20)).toContain('Wait a few minutes, then go back')
})

test('a conversation tells number, unit, zone, due time and time left', () => {
  const html = read(renderPage(<ConversationPage {...openedConversation(place)} />))
  expect(html).toContain('Your ticket number')
  expect(html).toContain('With the Reference nodes team')
  expect(html).toContain('Monday 23 November, 10:14 (your time, Europe/Madrid) · in 1 day 22 hours')
  expect(html).toContain('m•••••@hospital.example')
})

test.for([
  {
    why: 'our own zone is named too',
    change: { zoneIsVisitors: false },
    says: '(Europe/Madrid time)',
    hides: 'your time',
  },
  {
    why: 'no running clock, no due time',
    change: { dueAt: null },
    says: 'Answers go to',
    hides: 'Answer by',
  },
  {
    why: 'lateness is admitted',
    change: { now: new Date('2026-11-23T10:14:00Z') },
    says: '1 hour late. We are sorry',
    hides: 'Answer by',
  },
  {
    why: 'lateness that nobody was told of yet was raised to nobody',
    change: { now: new Date('2026-11-23T10:14:00Z') },
    says: 'we are still on it.',
    hides: 'raised',
  },
  {
    why: 'whom it was raised to is told by name',
    change: {
      now: new Date('2026-11-23T10:14:00Z'),
      raisedTo: ['First Line support', 'our coordination'],
    },
    says: 'It has been raised to First Line support and our coordination.',
    hides: 'Answer by',
  },
  {
    why: 'a clock that stands still is told as such, without a time',
    change: { dueAt: null, isPaused: true },
    says: 'The time for our answer stands still at the moment.',
    hides: '23 November',
  },
  {
    why: 'the due instant itself is on time',
    change: { now: new Date('2026-11-23T09:14:00Z') },
    says: 'in less than a minute',
    hides: 'late',
  },
  {
    why: 'an unopened ticket has its number',
    change: { status: 'received', ticketNumber: null } as const,
    says: 'is yours already and will not change',
    hides: 'does not answer',
  },
  {
    why: 'a helpdesk that is away is admitted',
    change: { status: 'received', delayed: 'desk-unreachable' } as const,
    says: 'Our helpdesk does not answer at the moment',
    hides: 'is opened as soon as',
  },
  {
    why: 'a ticket that staff must open is promised of staff, not of the helpdesk',
    change: { status: 'received', delayed: 'with-staff' } as const,
    says: 'Our staff is opening the ticket by hand.',
    hides: 'as soon as',
  },
  {
    why: 'a reference is not called a number',
    change: {
      status: 'received',
      ticketNumber: null,
      reference: 'FL-7K3M9QXZ',
      referenceIsNumber: false,
    } as const,
    says: 'Your reference FL-7K3M9QXZ',
    hides: 'Your ticket number 7',
  },
  {
    why: 'a number that came later keeps the reference',
    change: { reference: 'FL-7K3M9QXZ', referenceIsNumber: false },
    says: 'Your reference FL-7K3M9QXZ',
    hides: 'will appear',
  },
  {
    why: 'a request without a unit is with the helpdesk',
    change: { unitName: null },
    says: 'With the helpdesk',
    hides: 'With null',
  },
  {
    why: 'a closed request says so',
    change: { status: 'closed' } as const,
    says: 'Closed',
    hides: 'With the',
  },
])('a conversation is honest: $why', ({ change, says, hides }) => {
  const html = read(renderPage(<ConversationPage {...openedConversation(place)} {...change} />))
  expect(html).toContain(says)
  expect(html).not.toContain(hides)
})

const HELD = { status: 'answered', isHeld: true } as const
const LATE = new Date('2026-11-23T10:14:00Z')

test.for([
  {
    language: 'en',
    change: HELD,
    says: ['You have a first answer', 'A first answer came, the rest follows', 'The rest by Monday'],
    hides: 'You have an answer|Answered (?!within)|Answer by',
  },
  {
    language: 'en',
    change: { ...HELD, now: LATE },
    says: [
      'A first answer came, the rest is late',
      'The rest was due',
      'The rest is 1 hour late. We are sorry',
    ],
    hides: 'Answered (?!within)|Answer was due|We are 1 hour late|follows',
  },
  {
    language: 'en',
    change: { ...HELD, status: 'opened' },
    says: ['With the Reference nodes team', 'A first answer came, the rest follows.', 'The rest by'],
    hides: 'You have a first answer|Answer by',
  },
  {
    language: 'en',
    change: { ...HELD, dueAt: null, isPaused: true },
    says: ['A first answer came, the rest follows', 'The rest by The time for our answer stands still'],
    hides: 'Answer by',
  },
  {
    language: 'es',
    change: HELD,
    says: [
      'Tiene una primera respuesta',
      'primera respuesta; el resto llegará después',
      'El resto, a más tardar',
    ],
    hides: 'Tiene una respuesta|Respondida|Respuesta a más tardar',
  },
  {
    language: 'es',
    change: { ...HELD, now: LATE },
    says: ['el resto se retrasa', 'El resto debía llegar', 'El resto lleva 1 hora de retraso.'],
    hides: 'La respuesta debía llegar|Llevamos',
  },
] as const)(
  'a first answer that promises more is told as one ($language, $says.0)',
  ({ language, change, says, hides }) => {
    const here = samplePlace(assets, language)
    const html = renderPage(<ConversationPage {...openedConversation(here)} {...change} />)
    for (const words of says) expect(read(html)).toContain(words)
    expect(read(html)).not.toMatch(new RegExp(hides))
    expect(html.includes('"state good"')).toBe(!('now' in change))
  },
)

test.for([
  ['en', 'Our team sees nothing left to answer. If there is something, write below'],
  ['es', 'Nuestro equipo no ve nada pendiente de responder. Si queda algo, escríbanos más abajo'],
] as const)(
  'where staff see nothing to answer the page says so, and what to do (%s)',
  ([language, words]) => {
    const here = { ...openedConversation(samplePlace(assets, language)), dueAt: null }
    const told = (change: Partial<typeof here>) =>
      read(renderPage(<ConversationPage {...here} {...change} />))
    expect(told({ isNotNeeded: true })).toContain(words)
    expect(told({ isNotNeeded: false })).not.toContain(words)
    expect(told({ isNotNeeded: true, status: 'closed' })).not.toContain(words)
  },
)

test('once answered, a page tells the team and when the first answer came, also after a further question', () => {
  for (const conversation of [answeredConversation(place), askedFurther(place), closedConversation(place)]) {
    const html = read(renderPage(<ConversationPage {...conversation} />))
    expect(html).toMatch(/(?:With|Team) the Reference nodes team/)
    expect(html).toContain('First answer Saturday 21 November, 11:02 (your time, Europe/Madrid)')
    expect(html).not.toContain('Answer by')
  }
})

test('where something can be written, the card at the top leads to the box', () => {
  const html = renderPage(<ConversationPage {...openedConversation(place)} />)
  expect(html.indexOf('<a href="#f-body">Write to the team</a>')).toBeGreaterThan(0)
  expect(html).toMatch(/<textarea[^>]*id="f-body"/)
  const silent = renderPage(<ConversationPage {...openedConversation(place)} reply={null} />)
  expect(silent).not.toContain('#f-body')
})

test.for(LANGUAGES)('what must not be sent is said once in a box for words and files (%s)', (language) => {
  const html = renderPage(<ActPage {...freshAct(samplePlace(assets, language), 'replies')} />)
  expect(html.split(REMINDER[language])).toHaveLength(2)
  expect(html.indexOf(REMINDER[language])).toBeLessThan(html.indexOf('<label'))
  expect(html).toMatch(/<textarea[^>]*aria-describedby="care"/)
  expect(html).toContain('aria-describedby="f-files-limits care"')
})

test('what was just done is told until something else has happened', () => {
  const done = en.acts.replies.done
  const told = (conversation: Parameters<typeof ConversationPage>[0]) =>
    renderPage(<ConversationPage {...conversation} done="replies" />)
  expect(told(askedFurther(place))).toContain(done)
  for (const conversation of [
    openedConversation(place),
    answeredConversation(place),
    closedConversation(place),
  ])
    expect(told(conversation)).not.toContain(done)
})

test('a request that is gone leads to the topics, promises no answers, and admits what was not handed over', () => {
  const html = renderPage(
    <ConversationPage {...askedFurther(place)} status="gone" reply={null} solveHref={null} />,
  )
  expect(html).toContain('<a href="/helpdesk/?lang=en#topics">send a new request</a>')
  expect(read(html)).toContain('This was not handed over: the ticket is not there any more.')
  for (const hidden of ['Answers go to', 'on its way to the team', 'Team the'])
    expect(read(html)).not.toContain(hidden)
})

test.for([
  [48, 'en', '48 hours'],
  [24, 'es', '24 horas'],
  [36.5, 'en', '37 hours'],
  [1, 'en', '1 hour'],
  [1.5, 'es', '1 hora y 30 minutos'],
  [0.5, 'en', '30 minutes'],
  [0.5, 'es', '30 minutos'],
] as const)('a promise of %d hours is told in %s as %s', ([answerWithinHours, language, told]) => {
  const here = { ...place, language, answerWithinHours }
  expect(tellPromise(here).replaceAll('\u00a0', ' ')).toBe(told)
  expect(read(renderPage(<Home place={here} forms={sampleForms} />)).split(told)).toHaveLength(3)
})

test.for<readonly [html: string, boxed: string]>([
  ['<p>a</p>', '<p>a</p>'],
  ['<table><tr></tr></table><p></p>', '[<table><tr></tr></table>]<p></p>'],
  ['<table></table><table a="b"></table>', '[<table></table>][<table a="b"></table>]'],
  ['<table><td><table></table></td></table>b', '[<table><td><table></table></td></table>]b'],
])('each table of %s scrolls in a box of its own', ([html, boxed]) => {
  expect(withTablesInBoxes(html, 'Table')).toBe(
    boxed
      .replaceAll('[', '<div class="scroll" role="group" aria-label="Table" tabindex="0">')
      .replaceAll(']', '</div>'),
  )
})

test.for([
  ['7804821773026', '7804 821 773 026'],
  ['12345678', '1234 5678'],
  ['1234567', '1234 567'],
  ['123456', '123456'],
  ['4711', '4711'],
  ['FL-7K3M9QXZ', 'FL-7K3M9QXZ'],
  ['12345678901234567890', '1234 5678 9012 3456 7890'],
] as const)('%s is shown as %s', ([digits, shown]) => {
  expect(groupsOf(digits).join(' ')).toBe(shown)
})

test.for([
  [1, 'en', '1 byte'],
  [45, 'en', '45 bytes'],
  [45, 'es', '45 bytes'],
  [1_234_567, 'en', '1.2 MB'],
  [1_234_567, 'es', '1,2 MB'],
  [25 * 1024 * 1024, 'es', '25 MB'],
  [2048, 'en', '2 kB'],
] as const)('%i bytes in %s are %s', ([bytes, language, told]) => {
  expect(tellSize(bytes, language)).toBe(told)
})

test('the API is described with its parameters, bodies and shared shapes', () => {
  const html = renderPage(<DocsPage place={place} document={sampleApi} />)
  const page = read(html)
  for (const told of [
    'GET /api/v1/forms/{form}',
    'form * path string Its id',
    'lang query "en" or "es"',
    '404 No such form',
    'string (date-time) or null',
    'list of Form',
    '"additionalProperties": true',
  ])
    expect(page.replaceAll(/\s+/g, ' ')).toContain(told)
  for (const target of valuesOf(html, 'href').filter((href) => href.startsWith('#')))
    expect(html).toContain(`id="${target.slice(1)}"`)
})

test('the style sheet is small, carries the accent, and changes its path with it', async () => {
  const other = await buildAssets({ light: '#7a1f5c', dark: '#f0a6d8' })
  expect(new TextEncoder().encode(assets.style.body).length).toBeLessThanOrEqual(8 * 1024)
  expect(other.style.body).toContain('--accent:light-dark(#7a1f5c,#f0a6d8)')
  expect(other.style.path).not.toBe(assets.style.path)
  expect(other.script.path).toBe(assets.script.path)
  expect((await buildAssets(sampleSite.accent)).style).toEqual(assets.style)
})

test.for(['red', '#0b5', '#0b5f79}body{display:none', ''])(
  'an accent written as "%s" is refused',
  (light) => {
    expect(() => styleSheet({ light, dark: '#63c3df' })).toThrow(Failure)
  },
)

test.for([
  ['#0b5f79', '#ffffff'],
  ['#63c3df', '#06222c'],
  ['#ffd400', '#06222c'],
] as const)('text on the accent %s is %s', ([accent, on]) => {
  expect(styleSheet({ light: accent, dark: accent })).toContain(`--on:light-dark(${on},${on})`)
  expect(contrast(accent, on)).toBeGreaterThanOrEqual(4.5)
})

test.for([
  ['ink', 'paper', 4.5],
  ['ink', 'ground', 4.5],
  ['ink', 'bad-paper', 4.5],
  ['soft', 'paper', 4.5],
  ['soft', 'ground', 4.5],
  ['bad', 'paper', 4.5],
  ['bad', 'ground', 4.5],
  ['bad', 'bad-paper', 4.5],
  ['field', 'paper', 3],
  ['field', 'ground', 3],
  ['good', 'paper', 3],
] as const)('%s on %s has a contrast of %d in both schemes', ([one, other, least]) => {
  for (const scheme of [0, 1] as const) {
    expect(contrast(TOKENS[one][scheme], TOKENS[other][scheme])).toBeGreaterThanOrEqual(least)
  }
})

test('the contrast of two colours is the one that WCAG defines', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
  expect(contrast('#0b5f79', '#0b5f79')).toBe(1)
})

test('a form without links to look at first shows no empty box for them', () => {
  expect(renderPage(<FormPage {...freshForm(place)} form={questionForm} />)).not.toContain(en.form.help)
  expect(renderPage(<FormPage {...freshForm(place)} form={uploadForm} />)).toContain(en.form.help)
})
