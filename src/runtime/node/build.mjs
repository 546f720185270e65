// Bundles the command and the service for Node into `dist/`, with the migrations beside it.
import { cpSync, rmSync, statSync } from 'node:fs'
import { build } from 'esbuild'

rmSync('dist', { recursive: true, force: true })
await build({
  entryPoints: { firstline: 'src/cli/main.ts' },
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  jsx: 'automatic',
  jsxImportSource: 'hono/jsx',
  // Native code cannot be bundled.
  external: ['better-sqlite3'],
  // Bundled CommonJS packages still ask for Node's own modules by require.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  legalComments: 'none',
  logLevel: 'warning',
})
cpSync('src/store/migrations', 'dist/migrations', { recursive: true })
console.log(`dist/firstline.js: ${Math.round(statSync('dist/firstline.js').size / 1024)} kB`)
