import { expect, test } from 'vitest'
import { Failure } from '../../src/failure.ts'
import { readSmtpUrl } from '../../src/mail/smtp-url.ts'

test.for([
  {
    why: 'a password asks for STARTTLS',
    url: 'smtp://desk:p%40ss%2Fword%3F@mail.example.org',
    server: {
      host: 'mail.example.org',
      port: 587,
      secure: false,
      startTls: 'required',
      login: { user: 'desk', pass: 'p@ss/word?' },
    },
  },
  {
    why: 'TLS from the start',
    url: 'smtps://desk%40example.org:secret@mail.example.org',
    server: {
      host: 'mail.example.org',
      port: 465,
      secure: true,
      startTls: 'none',
      login: { user: 'desk@example.org', pass: 'secret' },
    },
  },
  {
    why: 'nothing to protect: as the server offers',
    url: 'smtp://relay.example.org:25',
    server: { host: 'relay.example.org', port: 25, secure: false, startTls: 'offered', login: null },
  },
  {
    why: 'nobody listens on loopback',
    url: 'smtp://desk:secret@127.0.0.1:1025',
    server: {
      host: '127.0.0.1',
      port: 1025,
      secure: false,
      startTls: 'none',
      login: { user: 'desk', pass: 'secret' },
    },
  },
  {
    why: 'loopback by IPv6',
    url: 'smtp://[::1]:1025',
    server: { host: '::1', port: 1025, secure: false, startTls: 'none', login: null },
  },
  {
    why: 'the owner asks for it',
    url: 'smtp://localhost:1025/?tls=required',
    server: { host: 'localhost', port: 1025, secure: false, startTls: 'required', login: null },
  },
])('$why: $url', ({ url, server }) => {
  expect(readSmtpUrl(url)).toEqual(server)
})

test.for([
  '',
  'mail.example.org',
  'mail.example.org:25',
  'https://desk:hunter2@mail.example.org',
  'smtp://',
  'smtp://desk:hunter2@',
  'smtp://desk@mail.example.org',
  'smtp://desk:hunter2/x@mail.example.org',
  'smtp://desk:hunter2#@mail.example.org',
  'smtp://desk:hunter2%@mail.example.org',
  'smtp://desk:hunter2@mail.example.org:99999',
  'smtp://desk:hunter2@mail.example.org/box',
  'smtp://desk:hunter2@mail.example.org?pool=true',
  'smtp://desk:hunter2@mail.example.org?tls=maybe',
  'smtps://desk:hunter2@mail.example.org?tls=none',
])('%j is a wrong setting, told without its secret', (url) => {
  const read = (): unknown => readSmtpUrl(url)
  expect(read).toThrow(Failure)
  expect(read).toThrow(/^SMTP_URL /)
  expect(read).not.toThrow(/hunter2/)
})
