import type { Context } from 'hono'
import { z } from 'zod'
import type { AnswerError } from '../forms/answers.ts'

/** RFC 9457. `type` is a name of ours below `about:firstline/`. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).exactOptional(),
})

type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 500 | 503

const TITLES: Readonly<Record<ProblemStatus, string>> = {
  400: 'The request cannot be read',
  401: 'A token is needed',
  403: 'The request is not allowed',
  404: 'There is nothing here',
  409: 'This does not fit what is there',
  413: 'The request is too large',
  415: 'This type of content is not taken',
  422: 'The request cannot be taken as it is',
  429: 'There were too many requests',
  500: 'Something went wrong on our side',
  503: 'The service cannot take requests now',
}

/** Answers a program with `application/problem+json`. */
export function problem(
  c: Context,
  status: ProblemStatus,
  type: string,
  detail: string,
  errors?: readonly AnswerError[],
): Response {
  const body = {
    type: `about:firstline/${type}`,
    title: TITLES[status],
    status,
    detail,
    ...(errors ? { errors } : {}),
  }
  return c.body(JSON.stringify(body), status, { 'Content-Type': 'application/problem+json' })
}
