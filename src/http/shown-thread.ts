import { articleFileId, type Entry, type FileOnPage, type SaidEntry } from '../conversation/thread.ts'
import { tellAnswers, type View } from '../conversation/view.ts'
import type { Form } from '../forms/form.ts'
import type { inLanguage } from '../language.ts'
import { withPictures } from '../relay/article-text.ts'
import type { Sent, ShownEntry, ShownFile } from './pages/thread.tsx'

/** How the page of a conversation names its files: the address for a file's id. */
export type FileHref = (id: string) => string

/** What was sent, as the page shows it. */
export function shownSubmission(
  { submission, files }: View,
  form: Form | undefined,
  here: (text: Parameters<typeof inLanguage>[0]) => string,
  href: FileHref,
): Sent {
  return {
    at: submission.sentAt,
    formTitle: form ? here(form.title) : submission.title,
    answers: form ? tellAnswers(form, submission, here) : [],
    files: files.map((file) => shownFile(file, href)),
  }
}

/** What was said after that, as the page shows it. */
export function shownEntry(entry: Entry, href: FileHref): ShownEntry {
  if (entry.kind !== 'said') return entry
  const { kind, id, from, name, at, text, hasArrived } = entry
  return {
    kind,
    id,
    from,
    name,
    at,
    text,
    hasArrived,
    html: shownHtml(entry, href),
    files: filesAtFoot(entry).map((file) => shownFile(file, href)),
  }
}

/** The text of an article with its pictures in place; null where there is plain text alone. */
export const shownHtml = ({ html, articleId }: SaidEntry, href: FileHref): string | null =>
  html === null || articleId === null
    ? null
    : withPictures(html, (picture) => href(articleFileId(articleId, picture)))

/** Files that are not shown inside of the text already. */
export function filesAtFoot({ html, articleId, files }: SaidEntry): readonly FileOnPage[] {
  if (html === null || articleId === null) return files
  const inside = new Set<string>()
  withPictures(html, (picture) => {
    inside.add(articleFileId(articleId, picture))
    return null
  })
  return files.filter(({ id }) => !inside.has(id))
}

const shownFile = ({ id, name, size }: FileOnPage, href: FileHref): ShownFile => ({
  name,
  size,
  href: href(id),
})
