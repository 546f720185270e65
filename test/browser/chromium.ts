import { spawnSync } from 'node:child_process'
import { accessSync, constants, createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { brotliDecompressSync, createBrotliDecompress } from 'node:zlib'
import type { LaunchOptions } from 'playwright-core'

const SYSTEM_BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
const TAR_BLOCK = 512

/**
 * How to start a real Chromium, without root and without a download: `TEST_BROWSER` if set, else the one
 * in the npm package, else one of the system's. Throws where none runs, saying what to install.
 */
export async function browserOptions(): Promise<LaunchOptions> {
  const own = process.env['TEST_BROWSER']
  if (own) return { executablePath: own }
  let why = ''
  if (process.platform === 'linux' && process.arch === 'x64') {
    const probed = probe(await unpacked())
    if (typeof probed === 'object') return probed
    why = ` (${probed})`
  }
  const installed = SYSTEM_BROWSERS.find((path) => existsSync(path))
  if (installed) return { executablePath: installed }
  throw new Error(
    `No browser runs here${why}. On Debian or Ubuntu: apt-get install libnss3 libexpat1; else set TEST_BROWSER to the path of a Chromium.`,
  )
}

/** Options that make the unpacked browser start, or the reason why none do. */
function probe(home: string): LaunchOptions | string {
  const executablePath = join(home, 'chromium')
  const fonts = { FONTCONFIG_FILE: join(home, 'fonts.conf') }
  let why = ''
  // The libraries in the package need glibc 2.34; the system's own may do where that is older.
  for (const extra of [{ ...fonts, LD_LIBRARY_PATH: join(home, 'al2023', 'lib') }, fonts]) {
    const env = { ...process.env, ...extra }
    const run = spawnSync(executablePath, ['--version'], { env, encoding: 'utf8', timeout: 20_000 })
    if (run.status === 0) return { executablePath, env }
    why = (run.stderr || String(run.error ?? '')).trim().split('\n').at(-1) ?? ''
  }
  return why
}

/** The folder of the unpacked browser. Parallel callers race safely: whoever renames last discards its copy. */
async function unpacked(): Promise<string> {
  const manifest = findPackageJSON('@sparticuz/chromium', import.meta.url)
  if (!manifest) throw new Error('@sparticuz/chromium is not installed')
  const root = dirname(manifest)
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
  const cache = await cacheFolder(resolve(root, '../../.cache/chromium'), version)
  const home = join(cache, version)
  const complete = join(home, 'ok')
  if (existsSync(complete)) return home

  const fresh = await mkdtemp(join(cache, `.${version}-`))
  await unpackInto(fresh, join(root, 'bin'), home)
  try {
    await rename(fresh, home)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    if (!existsSync(complete)) throw error
  }
  return home
}

/** `wished`, or a folder of this user alone where that cannot be written and holds no browser yet. */
async function cacheFolder(wished: string, version: string): Promise<string> {
  try {
    await mkdir(wished, { recursive: true })
    accessSync(wished, constants.W_OK)
    return wished
  } catch {
    if (existsSync(join(wished, version, 'ok'))) return wished
    const own = join(tmpdir(), `chromium-npm-${process.getuid?.() ?? 'user'}`)
    await mkdir(own, { recursive: true, mode: 0o700 })
    return own
  }
}

async function unpackInto(folder: string, packed: string, home: string): Promise<void> {
  await pipeline(
    createReadStream(join(packed, 'chromium.br')),
    createBrotliDecompress({ chunkSize: 1 << 20 }),
    createWriteStream(join(folder, 'chromium'), { mode: 0o755 }),
  )
  for (const pack of ['al2023', 'fonts']) {
    const tar = brotliDecompressSync(await readFile(join(packed, `${pack}.tar.br`)))
    await untar(tar, join(folder, pack))
  }
  const fonts = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${join(home, 'fonts')}</dir><cachedir>${join(home, 'fontcache')}</cachedir></fontconfig>`
  await writeFile(join(folder, 'fonts.conf'), fonts)
  await writeFile(join(folder, 'ok'), '')
}

/** Plain ustar with files and folders, all that the package holds. */
async function untar(tar: Buffer, into: string): Promise<void> {
  const text = (from: number, length: number) =>
    tar.toString('utf8', from, from + length).split('\0', 1)[0] ?? ''
  for (let at = 0; at + TAR_BLOCK <= tar.length && tar[at] !== 0;) {
    const size = Number.parseInt(text(at + 124, 12).trim() || '0', 8)
    const mode = Number.parseInt(text(at + 100, 8).trim() || '644', 8)
    const type = text(at + 156, 1)
    const path = resolve(into, text(at, 100))
    if (path !== resolve(into) && !path.startsWith(resolve(into) + sep)) {
      throw new Error('a path in the browser package leaves its folder')
    }
    const body = at + TAR_BLOCK
    if (type === '5') await mkdir(path, { recursive: true })
    if (type === '0' || type === '') {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, tar.subarray(body, body + size), { mode })
    }
    at = body + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK
  }
}
