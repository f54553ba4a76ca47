import type { Db } from '../../platform/db.ts'
import { possibleIdentifiers } from '../identifiers/identifier.ts'
import { findOwner } from '../identifiers/store/holders.ts'
import { listIdentifiers, listNumbers } from '../identifiers/store.ts'
import type { IdentifierRow } from '../identifiers/tables.ts'
import { type Cursor, type Order, writeCursor } from './cursor.ts'
import { foldName, foundBy, NAME_COLUMNS, type NameColumn, rangeOf } from './names.ts'
import { findUserByExternalId, findUserIdByInternalId } from './store/ids.ts'
import { listUsersByName, listUsersSince } from './store/pages.ts'
import { listUsers, listUsersAfter, type User } from './store.ts'
import type { UserStatus } from './tables.ts'

/** Which users are listed: those that meet every member given. */
export interface UserQuery {
  /** An id of theirs, an address, a number, or what a name begins with. */
  readonly text?: string | undefined
  readonly status?: UserStatus | undefined
  /** Made later than then, Unix ms. */
  readonly createdAfter?: number | undefined
}

export function orderOf({ text, status, createdAfter }: UserQuery): Order {
  if (text !== undefined) return 'name'
  return status === undefined && createdAfter === undefined ? 'id' : 'time'
}

/** A user on the way of a list, and how the list goes on behind. */
export interface Stop {
  readonly user: User
  readonly cursor: string
  /** Whether the user is one of the list; others are only passed by. */
  readonly isMeant: boolean
}

/**
 * Users in the order of their list, as many as are read at once. With a text those whom it names come first, then those by number, by whole name, by first and
 * by last name; else the order is that of their making.
 */
export async function* walkUsers(
  db: Db,
  appId: string,
  query: UserQuery,
  after: Cursor | undefined,
  count: number,
): AsyncGenerator<readonly Stop[]> {
  if (query.text !== undefined) yield* walkFound(db, appId, { ...query, text: query.text }, after, count)
  else if (orderOf(query) === 'id') yield* walkAll(db, appId, after, count)
  else yield* walkSince(db, appId, query, after, count)
}

async function* walkAll(db: Db, appId: string, after: Cursor | undefined, count: number) {
  let behind = after?.kind === 'id' ? after.id : undefined
  for (;;) {
    const users = await listUsersAfter(db, appId, behind, count)
    yield users.map((user) => ({ user, cursor: user.id, isMeant: true }))
    if (users.length < count) return
    behind = users.at(-1)?.id
  }
}

const EVER = Number.MIN_SAFE_INTEGER

async function* walkSince(db: Db, appId: string, query: UserQuery, after: Cursor | undefined, count: number) {
  const { status, createdAfter = EVER } = query
  // No id sorts before none, whatever the order of text is.
  let behind = after?.kind === 'time' ? after : { createdAt: createdAfter + 1, id: '' }
  for (;;) {
    const users = await listUsersSince(db, appId, behind, status, count)
    yield users.map((user) => ({ user, cursor: writeCursor({ kind: 'time', ...user }), isMeant: true }))
    const last = users.at(-1)
    if (users.length < count || !last) return
    behind = last
  }
}

type TextQuery = UserQuery & { readonly text: string }

async function* walkFound(db: Db, appId: string, query: TextQuery, after: Cursor | undefined, count: number) {
  const named = await listNamed(db, appId, query.text)
  const prefix = foldName(query.text)
  const digits = beginningOfNumber(query.text)
  if (!after || after.kind === 'named') {
    const rest = named.filter(({ id }) => !after || id > after.id)
    yield rest.map((user) => ({
      user,
      cursor: writeCursor({ kind: 'named', id: user.id }),
      isMeant: fits(user, query),
    }))
  }
  if (digits !== undefined && after?.kind !== 'name') {
    const behind = after?.kind === 'number' ? after.value : undefined
    const isNew = (user: User) => !named.some(({ id }) => id === user.id)
    for await (const page of walkNumbers(db, appId, { prefix: digits, behind }, count)) {
      yield page.map((stop) => ({ ...stop, isMeant: stop.isMeant && isNew(stop.user) && fits(stop.user, query) }))
    }
  }
  if (prefix === '') return
  const first = after?.kind === 'name' ? NAME_COLUMNS.indexOf(after.column) : 0
  for (const column of NAME_COLUMNS.slice(first)) {
    const isNew = (user: User) => !named.some(({ id }) => id === user.id) && foundBy(user.profile, prefix) === column
    const from = after?.kind === 'name' && after.column === column ? after : undefined
    for await (const page of walkNames(db, appId, { column, prefix, from }, count)) {
      yield page.map((stop) => ({ ...stop, isMeant: isNew(stop.user) && fits(stop.user, query) }))
    }
  }
}

/** Fewer would be those of a whole country. */
const NUMBER = /^\+\d{4,15}$/

/** What a text says of the beginning of a phone number, in E.164; undefined when it says nothing. */
export function beginningOfNumber(text: string): string | undefined {
  const written = (/^\s*\d{6}/.test(text) ? `+${text.trim()}` : text).replace(/[\s().-]/g, '')
  return NUMBER.test(written) ? written : undefined
}

async function* walkNumbers(
  db: Db,
  appId: string,
  { prefix, behind }: { prefix: string; behind: string | undefined },
  count: number,
): AsyncGenerator<readonly Stop[]> {
  let place = behind
  for (;;) {
    const numbers = await listNumbers(db, appId, { prefix, behind: place }, count)
    if (numbers.length === 0) return
    const ids = [...new Set(numbers.map(({ userId }) => userId))]
    const users = new Map((await listUsers(db, appId, { ids })).map((user) => [user.id, user]))
    const firsts = firstNumbers(await listIdentifiers(db, appId, ids), prefix)
    yield numbers.flatMap(({ value, userId }) => {
      const user = users.get(userId)
      const cursor = writeCursor({ kind: 'number', value, id: userId })
      return user ? [{ user, cursor, isMeant: firsts.get(userId) === value }] : []
    })
    if (numbers.length < count) return
    place = numbers.at(-1)?.value
  }
}

/** Of each user the first number that begins so: whoever has two is found once. */
export function firstNumbers(rows: readonly IdentifierRow[], prefix: string): Map<string, string> {
  const firsts = new Map<string, string>()
  for (const { user_id, type, value, verified_at } of rows) {
    if (type !== 'phone_number' || verified_at === null || !value.startsWith(prefix)) continue
    const first = firsts.get(user_id)
    if (first === undefined || value < first) firsts.set(user_id, value)
  }
  return firsts
}

async function* walkNames(
  db: Db,
  appId: string,
  { column, prefix, from }: { column: NameColumn; prefix: string; from: { key: string; id: string } | undefined },
  count: number,
) {
  const [key, before] = rangeOf(prefix)
  let behind = from ?? { key, id: '' }
  for (;;) {
    const found = await listUsersByName(db, appId, column, { behind, before }, count)
    yield found.map(({ user, place }) => ({ user, cursor: writeCursor({ kind: 'name', column, ...place }) }))
    const last = found.at(-1)
    if (found.length < count || !last) return
    behind = last.place
  }
}

const fits = (user: User, { status, createdAfter = EVER }: UserQuery): boolean =>
  (status === undefined || user.status === status) && user.createdAt > createdAfter

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The users whose ids, address or number a text is; by id. */
export async function listNamed(db: Db, appId: string, text: string): Promise<User[]> {
  const ids = new Set([text])
  const external = await findUserByExternalId(db, appId, text)
  if (external) ids.add(external.id)
  const internal = UUID.test(text) ? await findUserIdByInternalId(db, appId, text.toLowerCase()) : undefined
  if (internal !== undefined) ids.add(internal)
  for (const identifier of await possibleIdentifiers(text)) {
    const owner = await findOwner(db, appId, identifier)
    if (owner !== undefined) ids.add(owner)
  }
  const users = await listUsers(db, appId, { ids: [...ids] })
  return users.toSorted((a, b) => (a.id < b.id ? -1 : 1))
}
