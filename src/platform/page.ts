import { z } from 'zod'

const MAX_LIMIT = 500
/** Longer than any id of ours. */
const MAX_CURSOR_CHARS = 64

/** Query members of a list that is read page by page. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(100).meta({ description: 'How many at most.' }),
  after: z
    .string()
    .max(MAX_CURSOR_CHARS)
    .optional()
    .meta({ description: 'Go on behind this one: `next` of the page before.' }),
}

/** Member of the answer beside the list. */
export const nextPage = z
  .string()
  .optional()
  .meta({ description: 'Where the next page begins: send it as `after`. Missing on the last page.' })

/** A page out of its rows and one more, which tells whether another page follows. */
export function pageOf<R extends { readonly id: string }>(
  rows: readonly R[],
  limit: number,
): { rows: readonly R[]; next: { next?: string } } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, next: rows.length > limit && last ? { next: last.id } : {} }
}
