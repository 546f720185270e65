import { Failure } from '../failure.ts'
import { networkFailure } from './network-failure.ts'

/** Bytes on their way from Zammad. */
export interface Downloaded {
  /** In bytes; null where it is not announced, or what travels is packed. */
  readonly size: number | null
  readonly bytes: ReadableStream<Uint8Array>
}

export function announcedSize(headers: Headers): number | null {
  const length = headers.get('content-length') ?? ''
  return headers.get('content-encoding') === null && /^\d{1,15}$/u.test(length) ? Number(length) : null
}

/**
 * The bytes as they are taken. Whoever takes them may be slow; Zammad may not: what is asked for and does not come
 * within `timeoutMs` ends with `Failure`, `unavailable`, and so does a cut. `stop` ends the call behind it.
 */
export function inTime(
  source: ReadableStream<Uint8Array>,
  timeoutMs: number,
  stop: () => void,
): ReadableStream<Uint8Array> {
  const reader = source.getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await withinTime(reader.read(), timeoutMs)
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          stop()
          controller.error(error instanceof Failure ? error : networkFailure(error, 'read'))
        }
      },
      async cancel(reason) {
        await reader.cancel(reason).catch(() => undefined)
        stop()
      },
    },
    { highWaterMark: 0 },
  )
}

async function withinTime<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Failure('unavailable', 'Zammad stopped sending a file')), timeoutMs)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
