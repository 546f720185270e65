/** How the commands leave: the numbers of sysexits.h where it has one. */
export const EXIT = { fine: 0, found: 1, usage: 2, unavailable: 69, settings: 78 } as const

/** Ends a command with words for whoever started it. */
export class Exit extends Error {
  override readonly name = 'Exit'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}
