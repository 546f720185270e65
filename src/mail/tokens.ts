/** The accent colour in light and dark, as the site names it. */
export interface Accent {
  readonly light: string
  readonly dark: string
}

export const ACCENT: Accent = { light: '#0b5f79', dark: '#63c3df' }

interface Tokens {
  readonly ink: string
  readonly soft: string
  readonly paper: string
  readonly ground: string
  readonly line: string
  readonly onAccent: string
}

export const LIGHT: Tokens = {
  ink: '#16202a',
  soft: '#4a5866',
  paper: '#ffffff',
  ground: '#f3f6f8',
  line: '#cfd8e0',
  onAccent: '#ffffff',
}

export const DARK: Tokens = {
  ink: '#e8edf2',
  soft: '#a9b6c3',
  paper: '#12181f',
  ground: '#0b1015',
  line: '#2d3945',
  onAccent: '#06222c',
}

export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
export const CODE_FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace"
