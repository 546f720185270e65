import { defineConfig } from 'drizzle-kit'

// drizzle-kit writes no STRICT: add it by hand to each new table of a migration (a test looks).
// eslint-disable-next-line import/no-default-export -- the tool reads the default export
export default defineConfig({
  dialect: 'sqlite',
  schema: 'src/store/schema.ts',
  out: 'src/store/migrations',
})
