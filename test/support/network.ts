import { onTestFinished, vi } from 'vitest'

export const ZAMMAD_URL = 'http://zammad.test'

/** As long as the test runs, `answer` stands where the network would find Zammad; all else goes on to the network. */
export function mountZammad(answer: (request: Request) => Promise<Response>): void {
  const network = globalThis.fetch
  const spy = vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    const request = new Request(input, init)
    return new URL(request.url).origin === ZAMMAD_URL ? answer(request) : network(request)
  })
  onTestFinished(() => spy.mockRestore())
}
