// Bundles the command and the service for Node into `dist/`, or the folder that is named, with the migrations beside it.
import { cpSync, rmSync, statSync } from 'node:fs'
import { build } from 'esbuild'

const folder = process.argv[2] ?? 'dist'
rmSync(folder, { recursive: true, force: true })
await build({
  entryPoints: { firstline: 'src/cli/main.ts' },
  outdir: folder,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  jsx: 'automatic',
  jsxImportSource: 'hono/jsx',
  // Native code cannot be bundled.
  external: ['better-sqlite3'],
  // Bundled CommonJS packages still ask for Node's own modules by require.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  legalComments: 'none',
  logLevel: 'warning',
})
cpSync('src/store/migrations', `${folder}/migrations`, { recursive: true })
console.log(`${folder}/firstline.js: ${Math.round(statSync(`${folder}/firstline.js`).size / 1024)} kB`)
