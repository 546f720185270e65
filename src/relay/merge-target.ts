import type { Desk, Ticket } from '../desk.ts'

/** A merge of merges is followed so far. */
const MOST_MERGES = 5

export interface MergeTargetDeps {
  readonly desk: Pick<Desk, 'parents' | 'read' | 'articles'>
}

/**
 * The ticket that a merged one went into, behind all further merges: a parent that holds an article which was
 * on the source, or the only parent. Null where it cannot be told, or is out of sight. `known` are ids of
 * articles that were on the source.
 */
export async function mergeTarget(
  { desk }: MergeTargetDeps,
  source: Pick<Ticket, 'id'>,
  known: readonly number[],
): Promise<Ticket | null> {
  let from = source.id
  for (let merges = 0; merges < MOST_MERGES; merges += 1) {
    const target = await oneMergeOn(desk, from, known)
    if (target?.stateType !== 'merged') return target
    from = target.id
  }
  return null
}

async function oneMergeOn(
  desk: MergeTargetDeps['desk'],
  from: number,
  known: readonly number[],
): Promise<Ticket | null> {
  const parents = await desk.parents(from)
  const seen: Ticket[] = []
  for (const id of parents) {
    const sight = await desk.read(id)
    if (sight.seen !== 'ticket') continue
    seen.push(sight.ticket)
    const articles = await desk.articles(id)
    if (articles?.some((article) => known.includes(article.id))) return sight.ticket
  }
  const [only] = seen
  return parents.length === 1 && only ? only : null
}
