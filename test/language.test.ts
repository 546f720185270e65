import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inLanguage, pickLanguage, tellDuration, tellTime } from '../src/language.ts'
import type { Language } from '../src/language.ts'

test.for([
  ['what was asked for', ['en', 'es'], 'es', 'en', 'es'],
  ['a region of it', ['en', 'es'], 'es-MX', undefined, 'es'],
  ['the browser’s wish when nothing was asked for', ['en', 'es'], undefined, 'es-ES,es;q=0.9,en;q=0.8', 'es'],
  ['the browser’s wish when what was asked for is not on offer', ['en', 'es'], 'fr', 'es', 'es'],
  ['the heavier wish, whatever stands first', ['en', 'es'], undefined, 'en;q=0.2, es;q=0.9', 'es'],
  ['a weight with a capital Q', ['en', 'es'], undefined, 'en;Q=0.2, es;Q=0.9', 'es'],
  ['no wish that was refused', ['en', 'es'], undefined, 'es;q=0, fr', 'en'],
  ['the site’s first when no wish can be met', ['es', 'en'], undefined, 'de, fr', 'es'],
  ['the site’s first when nothing is known', ['es', 'en'], undefined, undefined, 'es'],
  ['the site’s first for any language', ['es', 'en'], undefined, '*', 'es'],
  ['only what is on offer', ['en'], 'es', 'es', 'en'],
] as const)('the language is %s', ([, offered, asked, accept, picked]) => {
  expect(pickLanguage(offered, asked, accept)).toBe(picked)
})

test('whatever is asked for, the language is one on offer', () => {
  const offers = fc.constantFrom<readonly Language[]>(['en'], ['es'], ['en', 'es'], ['es', 'en'])
  fc.assert(
    fc.property(offers, fc.option(fc.string(), { nil: undefined }), fc.string(), (offered, asked, accept) => {
      expect(offered).toContain(pickLanguage(offered, asked, accept))
    }),
  )
})

test.for([
  ['English in Madrid', 'Europe/Madrid', 'en', 'Monday 23 November, 10:14'],
  ['Spanish in Madrid', 'Europe/Madrid', 'es', 'lunes, 23 de noviembre, 10:14'],
  ['another day elsewhere', 'Pacific/Auckland', 'en', 'Monday 23 November, 22:14'],
  ['another date elsewhere', 'Pacific/Honolulu', 'en', 'Sunday 22 November, 23:14'],
] as const)('a time is told in %s', ([, zone, language, told]) => {
  expect(tellTime(new Date('2026-11-23T09:14:00Z'), zone, language)).toBe(told)
})

test('midnight is 00:00', () => {
  expect(tellTime(new Date('2026-11-23T00:00:00Z'), 'UTC', 'en')).toBe('Monday 23 November, 00:00')
})

test.for([
  ['two days', 48 * 60, '2 days', '2 días'],
  ['a day and hours', 46 * 60 + 59, '1 day 22 hours', '1 día y 22 horas'],
  ['a day and minutes', 24 * 60 + 59, '1 day', '1 día'],
  ['hours and minutes', 61, '1 hour 1 minute', '1 hora y 1 minuto'],
  ['minutes', 59, '59 minutes', '59 minutos'],
  ['nothing', 0, 'less than a minute', 'menos de un minuto'],
  ['less than nothing', -5, 'less than a minute', 'menos de un minuto'],
] as const)('a duration of %s is told in both languages', ([, minutes, en, es]) => {
  expect([tellDuration(minutes * 60_000, 'en'), tellDuration(minutes * 60_000, 'es')]).toEqual([en, es])
})

test('part of a minute is rounded down', () => {
  expect(tellDuration(119_999, 'en')).toBe('1 minute')
})

test('a text without the language is told in another that it has', () => {
  expect([
    inLanguage({ en: 'Hello', es: 'Hola' }, 'es'),
    inLanguage({ en: 'Hello' }, 'es'),
    inLanguage({}, 'en'),
  ]).toEqual(['Hola', 'Hello', ''])
})
