import { createHandler } from './handler.ts'

export default createHandler()
