import type { Cursor } from '../../core/users/cursor.ts'
import { type Stop, type UserQuery, walkUsers } from '../../core/users/search.ts'
import { pause } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { type UserView, viewUsers } from './view.ts'

/** Users read at once: few enough that nobody waits long for their turn, however much a profile holds. */
const AT_ONCE = 50
/** Of all users of an answer, as JSON. */
const MAX_BYTES = 1_000_000
/** Passed by for one answer, where few of those that are read are meant: then the page is a short one. */
const MAX_READ = 1_000

interface Page {
  readonly users: UserView[]
  readonly next?: string
}

/** A page of a list of users: as many as were asked for, or fewer where an answer would be too large or would take too long. */
export async function readPage(
  deps: Deps,
  appId: string,
  query: UserQuery,
  { after, limit, are }: { readonly after: Cursor | undefined; readonly limit: number; readonly are: 'proven' | 'all' },
): Promise<Page> {
  const users: UserView[] = []
  let bytes = 0
  let read = 0
  let next = ''
  for await (const stops of walkUsers(deps.db, appId, query, after, Math.min(AT_ONCE, limit + 1))) {
    const views = await viewStops(deps, appId, stops, are)
    for (const { user, cursor, isMeant } of stops) {
      const view = isMeant ? views.get(user.id) : undefined
      bytes += view ? Buffer.byteLength(JSON.stringify(view)) : 0
      const isFull = users.length === limit || (bytes > MAX_BYTES && users.length > 0)
      if (view && isFull) return { users, next }
      if (view) users.push(view)
      next = cursor
    }
    read += stops.length
    if (read >= MAX_READ) return { users, next }
    await pause(0)
  }
  return { users }
}

async function viewStops(
  deps: Deps,
  appId: string,
  stops: readonly Stop[],
  are: 'proven' | 'all',
): Promise<Map<string, UserView>> {
  const meant = stops.flatMap(({ user, isMeant }) => (isMeant ? [user] : []))
  return new Map((await viewUsers(deps.db, appId, meant, are)).map((view) => [view.id, view]))
}
