import { expect, test } from 'vitest'
import { isFromElsewhere } from '../../src/http/same-site.ts'

const OWN = ['help.example', '127.0.0.1:8787']

test.for([
  ['our own page', { Origin: 'https://help.example', 'Sec-Fetch-Site': 'same-origin' }],
  ['our own page in a browser without Fetch Metadata', { Origin: 'https://help.example' }],
  ['our own page behind a proxy', { Origin: 'http://127.0.0.1:8787' }],
  ['our own page that hides its origin', { Origin: 'null', 'Sec-Fetch-Site': 'same-origin' }],
  ['a reload by hand', { Origin: 'null', 'Sec-Fetch-Site': 'none' }],
  ['a program', {}],
  ['a page that hides its origin in an old browser', { Origin: 'null' }],
])('%s is taken for our own', ([, headers]) => {
  expect(isFromElsewhere(new Headers(headers as Record<string, string>), OWN)).toBe(false)
})

test.for([
  ['another site', { Origin: 'https://evil.example' }],
  ['another site that hides its origin', { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' }],
  ['another site without an origin', { 'Sec-Fetch-Site': 'cross-site' }],
  ['a neighbour', { Origin: 'https://www.help.example', 'Sec-Fetch-Site': 'same-site' }],
  ['a neighbour without an origin', { 'Sec-Fetch-Site': 'same-site' }],
  ['another port of our machine', { Origin: 'http://127.0.0.1:9999', 'Sec-Fetch-Site': 'same-site' }],
  ['a name that begins like ours', { Origin: 'https://help.example.evil.example' }],
  ['a name that ends like ours', { Origin: 'https://evilhelp.example' }],
  ['an extension', { Origin: 'chrome-extension://help.example.evil' }],
  ['an origin that is none', { Origin: '//help.example' }],
])('%s is told apart', ([, headers]) => {
  expect(isFromElsewhere(new Headers(headers as Record<string, string>), OWN)).toBe(true)
})
