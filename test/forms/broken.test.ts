import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readForms } from '../../src/forms/read.ts'
import type { Source } from '../../src/sources/source.ts'

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/forms/${name}`, import.meta.url), 'utf8')

const BROKEN: readonly (readonly [string, string])[] = [
  [
    'a-list-not-a-form',
    'a-list-not-a-form.yaml:1: must be a group of keys (title, summary, group, intro, help, mail, notify, fields, ticket), not a list',
  ],
  ['alias-bomb', 'alias-bomb.yaml:4: an alias (*name) has no anchor, or there are too many; write it out'],
  [
    'alias-without-anchor',
    'alias-without-anchor.yaml:3: an alias (*name) has no anchor, or there are too many; write it out',
  ],
  [
    'answer-that-nobody-is-told',
    'answer-that-nobody-is-told.yaml:8: ticket.body: node is asked and told nobody; add it to the list',
  ],
  [
    'attributes-name-unknown-field',
    'attributes-name-unknown-field.yaml:7: ticket.attributes[0]: no field is called site',
  ],
  [
    'body-names-a-field-of-every-form',
    'body-names-a-field-of-every-form.yaml:7: ticket.body[1]: email is in every ticket without being told; take it out',
  ],
  [
    'body-names-a-field-twice',
    'body-names-a-field-twice.yaml:7: ticket.body[1]: what is there already; keep one',
  ],
  ['body-names-unknown-field', 'body-names-unknown-field.yaml:7: ticket.body[1]: no field is called wher'],
  [
    'choice-without-options',
    'choice-without-options.yaml:7: fields[1].options: is missing; it must be a list',
  ],
  [
    'colon-without-quotes',
    'colon-without-quotes.yaml:3: a text with a colon and a blank in it must stand in quotes',
  ],
  ['consent-not-required', 'consent-not-required.yaml:7: fields[1].required: must be true, not false'],
  [
    'empty-file',
    'empty-file.yaml:1: is empty; it must be a group of keys (title, summary, group, intro, help, mail, notify, fields, ticket)',
  ],
  [
    'file-type-given-twice',
    'file-type-given-twice.yaml:7: fields[1].accept[1]: log is there already; keep one',
  ],
  [
    'file-type-unknown',
    'file-type-unknown.yaml:7: fields[1].accept[1]: must be one of pdf, png, jpg, jpeg, webp, heic, txt, log, csv, xlsx, docx, odt, ods, csr, not "exe"',
  ],
  ['help-not-https', 'help-not-https.yaml:5: help[0].url: must be an address that begins with https://'],
  [
    'help-with-a-password',
    'help-with-a-password.yaml:5: help[0].url: must be an address that begins with https://',
  ],
  ['id-given-twice', 'id-given-twice.yaml:7: fields[1].id: another field is called what already; ids differ'],
  [
    'id-that-every-form-has',
    'id-that-every-form-has.yaml:7: fields[1].id: every form has email without being told; take it out',
  ],
  [
    'id-that-firstline-needs',
    'id-that-firstline-needs.yaml:7: fields[1].id: language is a name that Firstline needs; take another',
  ],
  [
    'id-with-capitals',
    'id-with-capitals.yaml:6: fields[0].id: must be 1 to 40 of a–z, 0–9 and _, and begin with a letter',
  ],
  [
    'id-with-underscore-first',
    'id-with-underscore-first.yaml:6: fields[0].id: must be 1 to 40 of a–z, 0–9 and _, and begin with a letter',
  ],
  ['key-given-twice', 'key-given-twice.yaml:4: group: is given twice in one place; keep one'],
  [
    'label-given-twice',
    'label-given-twice.yaml:7: fields[1].options[1].label.es: another option is called "A" already; visitors could not tell them apart',
  ],
  ['length-as-text', 'length-as-text.yaml:6: fields[0].maxLength: must be a number, not a text'],
  ['length-too-large', 'length-too-large.yaml:6: fields[0].maxLength: must be at most 20000'],
  [
    'missing-kind',
    'missing-kind.yaml:6: fields[0].kind: is missing; it must be one of text, textarea, email, url, radio, select, checkboxes, date, files, consent',
  ],
  [
    'missing-label',
    'missing-label.yaml:6: fields[0].label: is missing; it must be a text in each language, like { en: …, es: … }',
  ],
  [
    'missing-language-of-a-label',
    'missing-language-of-a-label.yaml:6: fields[0].label: has no text in Spanish; add es: …',
  ],
  [
    'missing-language-of-an-option',
    'missing-language-of-an-option.yaml:7: fields[1].options[1].label: has no text in English; add en: …',
  ],
  [
    'missing-title',
    'missing-title.yaml:1: title: is missing; it must be a text in each language, like { en: …, es: … }',
  ],
  ['misspelt-key', 'misspelt-key.yaml:4: notfy: is not a key here; did you mean notify?'],
  ['no-fields', 'no-fields.yaml:5: fields: must not be empty'],
  ['no-options', 'no-options.yaml:7: fields[1].options: must not be empty'],
  [
    'one-option',
    'one-option.yaml:7: fields[1].options: a radio with one option is no choice; add another, or take the field out',
  ],
  [
    'options-on-a-text',
    'options-on-a-text.yaml:6: fields[0].options: is not a key here; known are id, required, label, hint, kind, maxLength',
  ],
  ['required-as-text', 'required-as-text.yaml:6: fields[0].required: must be true or false, not a text'],
  ['site-accent-not-a-colour', 'site.yaml:8: accent.light: must be a colour like "#0b5f79", in quotes'],
  [
    'site-accent-too-dark',
    'site.yaml:8: accent.dark: its contrast with #06222c is 2.29, less than 4.5; take a lighter colour',
  ],
  [
    'site-accent-too-faint',
    'site.yaml:8: accent.light: its contrast with #f3f6f8 is 3, less than 4.5; take a darker colour',
  ],
  ['site-group-twice', 'site.yaml:8: groups[1].id: another group is called holders already; ids differ'],
  [
    'site-group-without-form',
    'site.yaml:8: groups[1]: no form is in the group researchers; add one, or take the group out',
  ],
  [
    'site-language-it-does-not-speak',
    'site.yaml:5: login.label.es: the site does not speak Spanish; take it out, or add es to languages in site.yaml',
  ],
  ['site-language-twice', 'site.yaml:2: languages[2]: en is there already; keep one'],
  ['site-policy-not-https', 'site.yaml:4: policy.url: must be an address that begins with https://'],
  ['site-unknown-language', 'site.yaml:2: languages[1]: must be one of en, es, not "de"'],
  ['site-unknown-time-zone', 'site.yaml:3: time_zone: must be a time zone’s name, like Europe/Madrid'],
  ['site-version-as-number', 'site.yaml:4: policy.version: must be a text; put it in quotes: "2025"'],
  ['site-without-languages', 'site.yaml:2: languages[0]: is missing; it must be one of en, es'],
  ['site-without-policy', 'site.yaml:1: policy: is missing; it must be a group of keys (url, version)'],
  ['tab-as-indent', 'tab-as-indent.yaml:6: lines are indented with blanks, not with tabs'],
  [
    'text-without-languages',
    'text-without-languages.yaml:2: summary: must be a text in each language, like { en: …, es: … }',
  ],
  [
    'title-names-files',
    'title-names-files.yaml:8: ticket.title: log is a field of kind files, which has no text to put here',
  ],
  [
    'title-names-unknown-field',
    'title-names-unknown-field.yaml:7: ticket.title: no field is called wat; did you mean what?',
  ],
  [
    'title-with-open-brace',
    'title-with-open-brace.yaml:7: ticket.title: has a brace without its partner; write {field}',
  ],
  [
    'title-without-quotes',
    'title-without-quotes.yaml:7: a key is a plain word; a text with braces must stand in quotes',
  ],
  [
    'too-many-fields',
    'too-many-fields.yaml:42: fields[36]: is one too many; a form has at most 36 fields of its own',
  ],
  ['two-documents', 'two-documents.yaml:4: one file holds one document; take out the line "---"'],
  ['unknown-group', 'unknown-group.yaml:3: group: site.yaml has no group holder; did you mean holders?'],
  [
    'unknown-key-far-from-all',
    'unknown-key-far-from-all.yaml:4: colour: is not a key here; known are title, summary, group, intro, help, mail, notify, fields, ticket',
  ],
  [
    'unknown-kind',
    'unknown-kind.yaml:6: fields[0].kind: must be one of text, textarea, email, url, radio, select, checkboxes, date, files, consent, not "textara"; did you mean textarea?',
  ],
  ['unknown-language', 'unknown-language.yaml:1: title.fr: is not a key here; known are en, es'],
  ['unknown-notify', 'unknown-notify.yaml:4: notify: must be one of all, answers, not "some"'],
  ['unknown-tag', 'unknown-tag.yaml:3: not readable as YAML: Unresolved tag: !secret'],
  [
    'value-as-number',
    'value-as-number.yaml:7: fields[1].options[1].value: must be a text; put it in quotes: "2"',
  ],
  [
    'value-given-twice',
    'value-given-twice.yaml:7: fields[1].options[1].value: another option has the value a already; values differ',
  ],
  [
    'value-with-blanks-around',
    'value-with-blanks-around.yaml:7: fields[1].options[1].value: can never be chosen; take out blanks around it and unseen characters',
  ],
]

/** A broken site stands beside a good form, a broken form beside a good site. */
function beside(name: string): readonly Source[] {
  const text = fixture(`broken/${name}.yaml`)
  return name.startsWith('site-')
    ? [
        { path: 'site.yaml', text },
        { path: 'question.yaml', text: fixture('good/question.yaml') },
      ]
    : [
        { path: 'site.yaml', text: fixture('good/site.yaml') },
        { path: `${name}.yaml`, text },
      ]
}

test.for(BROKEN)('%s is told with its file, its line and what would be right', ([name, message]) => {
  const told = readForms(beside(name)).problems.map((one) => `${one.path}:${one.line}: ${one.message}`)
  expect(told).toEqual([message])
})

test('every broken file has its message', () => {
  const files = readdirSync(new URL('../fixtures/forms/broken', import.meta.url))
  expect(BROKEN.map(([name]) => `${name}.yaml`)).toEqual(files.toSorted())
})
