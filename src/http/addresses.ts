/** Our own addresses: paths below the base, as a browser on the same host and as the world writes them. */
export interface Addresses {
  /** `/helpdesk`, or empty. */
  readonly base: string
  readonly path: (to: string) => string
  readonly absolute: (to: string) => string
}

export function addressesOf(publicUrl: URL): Addresses {
  const base = publicUrl.pathname.replace(/\/+$/, '')
  const path = (to: string): string => (to === '/' && base !== '' ? `${base}/` : base + to)
  return { base, path, absolute: (to) => publicUrl.origin + path(to) }
}

/** The page of the conversation that a token opens. */
export const conversationPath = (token: string): string => `/c/${token}`
