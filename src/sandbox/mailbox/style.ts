import { FRAME_CSS } from '../frame.tsx'

/** The pages' own sheet: the frame of the sandbox, and nothing of the visitors' sheet. */
export const MAILBOX_CSS = `${FRAME_CSS}
:root { --column: 49rem; }
.soft { color: var(--soft); }
.mails { list-style: none; margin: 0; padding: 0; }
.mails li { margin: 0 0 0.75rem; padding: 0.75rem 1.125rem; background: var(--paper); border: 1px solid var(--line); border-radius: 0.75rem; overflow-wrap: anywhere; }
.mails a { display: flex; align-items: center; min-height: 2.75rem; font-weight: 650; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.files li { overflow-wrap: anywhere; }
.text { padding: 1.25rem; background: var(--paper); border: 1px solid var(--line); border-radius: 0.75rem; white-space: pre-wrap; overflow-wrap: anywhere; }
iframe { display: block; width: 100%; height: 46rem; resize: vertical; background: #fff; border: 1px solid var(--line); border-radius: 0.75rem; }
table { width: 100%; border-collapse: collapse; font-size: 0.875rem; }
th, td { padding: 0.375rem 0.75rem 0.375rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; overflow-wrap: anywhere; }
th[scope="row"] { color: var(--soft); white-space: nowrap; }
`
