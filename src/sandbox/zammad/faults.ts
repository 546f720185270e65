export type ZammadFault = 'up' | 'down' | 'slow' | 'lost-answer' | 'late-commit' | 'maintenance'

const SLOW_MS = 2000
const CUT_MS = 1000
const LATE_MS = 3000

/** One trouble for all requests, or what befalls each. */
export type FaultOf = ZammadFault | ((request: Request) => ZammadFault)

type Answerer = (request: Request, env?: { maintenance: boolean }) => Promise<Response>

const networkError = (code: string, message: string): TypeError =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) })

/** Resolves after the wait, or throws as `fetch` does once the caller gives up. */
async function pause(wait: (ms: number) => Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  let stop = (): void => undefined
  const given = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    await Promise.race([wait(ms), given])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** A request whose body no longer depends on the caller, so that it can be carried out after a cut. */
async function detached(request: Request): Promise<Request> {
  const { method, url, headers } = request
  const body = method === 'GET' || method === 'HEAD' ? null : await request.arrayBuffer()
  return new Request(url, { method, headers, body })
}

/** Answers as a Zammad in trouble does; what the network does to an answer rejects as `fetch` would. */
export function withFaults(
  answer: Answerer,
  befalls: (request: Request) => ZammadFault,
  wait: (ms: number) => Promise<void>,
): (request: Request) => Promise<Response> {
  const cut = (): TypeError => networkError('UND_ERR_SOCKET', 'other side closed')
  return async (request) => {
    switch (befalls(request)) {
      case 'up':
        return answer(request)
      case 'maintenance':
        return answer(request, { maintenance: true })
      case 'down':
        throw networkError('ECONNREFUSED', `connect ECONNREFUSED ${new URL(request.url).host}`)
      case 'slow':
        await pause(wait, SLOW_MS, request.signal)
        return answer(request)
      case 'lost-answer':
        await answer(request)
        throw cut()
      case 'late-commit': {
        const kept = await detached(request)
        void wait(LATE_MS).then(() => answer(kept))
        await pause(wait, CUT_MS, request.signal)
        throw cut()
      }
    }
  }
}
