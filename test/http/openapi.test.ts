import { expect, test } from 'vitest'
import { openApiDocument } from '../../src/http/openapi.ts'
import { serveForTest } from './served.ts'

interface Document {
  readonly openapi: string
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, unknown>> }>>>
  >
}

/** The routes for programs: those under `/api/`, and the two that tell how the service is. */
const isForPrograms = (path: string): boolean => /^\/(api\/|healthz$|readyz$)/.test(path)

test('every route for programs is described, and every one that is described is there', async () => {
  const served = await serveForTest()
  const document = (await (await served.ask('/openapi.json')).json()) as Document
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const routed = served.service.app.routes
    .filter(({ method, path }) => method !== 'ALL' && isForPrograms(path))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
  expect(described.sort()).toEqual([...new Set(routed)].sort())
})

test('the description names our own address, with the path of PUBLIC_URL', async () => {
  const served = await serveForTest({ settings: { PUBLIC_URL: 'https://help.example/desk/' } })
  const document = (await (await served.ask('/desk/openapi.json')).json()) as Document
  expect(document.openapi).toMatch(/^3\.1/)
  expect(document.servers).toEqual([{ url: 'https://help.example/desk' }])
})

test('every status that a submission is answered with is described', () => {
  const { paths } = openApiDocument('https://desk.example', '1') as unknown as Document
  const responses = paths['/api/v1/submissions']?.['post']?.responses ?? {}
  expect(Object.keys(responses).map(Number)).toEqual([200, 201, 400, 403, 409, 413, 415, 422, 429, 503])
})

test('the page of the description is there', async () => {
  const served = await serveForTest()
  const page = await (await served.ask('/docs')).text()
  expect(page).toContain('/api/v1/submissions')
})
