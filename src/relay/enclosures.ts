import type { Article, ArticleFile, Desk } from '../desk.ts'
import { Failure } from '../failure.ts'
import type { Answer, Enclosed } from '../mailer.ts'
import { pictureType } from './picture-type.ts'

/** What travels with one mail at most: base64 makes a third more of it, and many servers take 10 MB. */
const MOST_BYTES = 7 * 1024 * 1024
const MOST_FILES = 10

export interface Enclosures {
  readonly enclosed: readonly Enclosed[]
  /** Content-IDs of the pictures inside of the text, by the file's id. */
  readonly pictures: ReadonlyMap<number, string>
  readonly left: NonNullable<Answer['content']>['left']
}

export interface EnclosuresDeps {
  readonly desk: Pick<Desk, 'file'>
  /** The host that Content-IDs name. */
  readonly mailHost: string
}

/**
 * The files of an article that travel with its mail, pictures of the text first, as far as there is room; the rest is
 * to be had on the page. One that is gone is left out. Throws `Failure` `unavailable` where Zammad does not hand one
 * over, unless `isPatient` is false: then that one is left, too.
 */
export async function enclosuresOf(
  deps: EnclosuresDeps,
  article: Pick<Article, 'id' | 'ticketId' | 'files'>,
  told: { readonly pictures: readonly number[]; readonly isPatient: boolean },
): Promise<Enclosures> {
  const { files } = article
  const isInText = ({ id }: ArticleFile): boolean => told.pictures.includes(id)
  const inOrder = [...files.filter(isInText), ...files.filter((file) => !isInText(file))]
  const enclosed: Enclosed[] = []
  const pictures = new Map<number, string>()
  const left: { name: string; size: number }[] = []
  let room = MOST_BYTES
  for (const file of inOrder) {
    const fits = file.size <= room && enclosed.length < MOST_FILES
    const bytes = fits ? await bytesOf(deps, article, file, { most: room, ...told }) : 'left'
    if (bytes === 'left') left.push({ name: file.name, size: file.size })
    if (bytes === 'left' || bytes === 'gone') continue
    room -= bytes.length
    const type = isInText(file) ? pictureType(bytes) : null
    const cid = type === null ? null : `picture.${article.id}.${file.id}@${deps.mailHost}`
    if (cid !== null) pictures.set(file.id, cid)
    enclosed.push({ cid, name: file.name, type: type ?? file.type, bytes })
  }
  return { enclosed, pictures, left }
}

async function bytesOf(
  { desk }: EnclosuresDeps,
  { id: articleId, ticketId }: Pick<Article, 'id' | 'ticketId'>,
  { id }: ArticleFile,
  { most, isPatient }: { readonly most: number; readonly isPatient: boolean },
): Promise<Uint8Array<ArrayBuffer> | 'left' | 'gone'> {
  try {
    const file = await desk.file({ ticketId, articleId, id })
    return file === null ? 'gone' : await readUpTo(file.bytes, most)
  } catch (error) {
    if (!isPatient) return 'left'
    // Where Zammad breaks off in the middle, the stream fails with an error of the network's own.
    throw new Failure('unavailable', 'a file of the answer did not come', { cause: error })
  }
}

/** A file is as large as it turns out to be, not as large as it is said to be. */
async function readUpTo(
  stream: ReadableStream<Uint8Array>,
  most: number,
): Promise<Uint8Array<ArrayBuffer> | 'left'> {
  const reader = stream.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > most) {
      await reader.cancel()
      return 'left'
    }
    chunks.push(value)
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
