/** One thing that is looked at before the service counts as ready. */
export interface Check {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
}
