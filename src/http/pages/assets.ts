import { BOARD_STYLE } from './board.css.ts'
import { BROWSER_SCRIPT } from './browser-script.ts'
import { styleSheet, type Accent } from './style.css.ts'

/** A file that never changes under its path, so that browsers may keep it for good. */
export interface Asset {
  readonly path: string
  readonly type: string
  readonly body: string
}

export interface Assets {
  readonly style: Asset
  readonly script: Asset
  /** What the staff board is styled by besides. */
  readonly board: Asset
}

/** The style sheets and the script of all pages, each under a path that carries the hash of its content. */
export async function buildAssets(accent: Accent): Promise<Assets> {
  const [style, script, board] = await Promise.all([
    asset('style', 'css', 'text/css; charset=utf-8', styleSheet(accent)),
    asset('firstline', 'js', 'text/javascript; charset=utf-8', BROWSER_SCRIPT),
    asset('board', 'css', 'text/css; charset=utf-8', BOARD_STYLE),
  ])
  return { style, script, board }
}

async function asset(name: string, ending: string, type: string, body: string): Promise<Asset> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body))
  const hash = Array.from(new Uint8Array(digest).subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0'))
  return { path: `/assets/${name}-${hash.join('')}.${ending}`, type, body }
}
