import type { AnswerPromise } from '../../src/promise/promise.ts'
import { openInMemory } from '../support/in-memory.ts'
import { aSweep } from './sweeping.ts'

/** Sweeps over a store in memory, for what asks nothing of the store. */
export const aTown = (promise: Partial<AnswerPromise> = {}) => aSweep(promise, openInMemory().db)
