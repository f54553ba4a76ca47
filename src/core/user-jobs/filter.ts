import { foldName, foundBy } from '../users/names.ts'
import type { UserStatus } from '../users/tables.ts'

/** Whom a job means: users who meet every member given. */
export interface JobFilter {
  /** Everybody. Stands alone, so that no slip means them. */
  readonly all?: true | undefined
  /** These, each once and in order. */
  readonly ids?: readonly string[] | undefined
  readonly status?: UserStatus | undefined
  /** Made later than then, and before then; Unix ms. */
  readonly createdAfter?: number | undefined
  readonly createdBefore?: number | undefined
  /** As a list of users is searched. */
  readonly query?: string | undefined
  /** Whether their legacy session was exchanged. */
  readonly migrated?: boolean | undefined
  /** The import that wrote them last. */
  readonly importId?: string | undefined
  /** The name of a group that they are in. */
  readonly group?: string | undefined
}

/** What of a user a filter looks at. */
export interface FilteredUser {
  readonly id: string
  readonly status: UserStatus
  readonly createdAt: number
  readonly isMigrated: boolean
  /** Empty where the filter does not look at it. */
  readonly profile: Readonly<Record<string, unknown>>
}

/** What a filter looks at beside the users. */
export interface FilterGrounds {
  /** Ids of those whom the query names, by an id, an address, a number or the beginning of one. */
  readonly named: ReadonlySet<string>
  /** Of those that are judged: who was written by the import, and who is in the group. */
  readonly imported: ReadonlySet<string>
  readonly members: ReadonlySet<string>
}

/** Decide whether a job means a user. A filter without a member means nobody. */
export function isMeant(user: FilteredUser, filter: JobFilter, grounds: FilterGrounds): boolean {
  const { all, ids, status, createdAfter, createdBefore, query, migrated, importId, group } = filter
  const judged = [
    all,
    ids?.includes(user.id),
    status === undefined ? undefined : user.status === status,
    createdAfter === undefined ? undefined : user.createdAt > createdAfter,
    createdBefore === undefined ? undefined : user.createdAt < createdBefore,
    query === undefined ? undefined : grounds.named.has(user.id) || isCalled(user, query),
    migrated === undefined ? undefined : user.isMigrated === migrated,
    importId === undefined ? undefined : grounds.imported.has(user.id),
    group === undefined ? undefined : grounds.members.has(user.id),
  ].filter((one) => one !== undefined)
  return judged.length > 0 && judged.every(Boolean)
}

function isCalled({ profile }: FilteredUser, query: string): boolean {
  const prefix = foldName(query)
  return prefix !== '' && foundBy(profile, prefix) !== undefined
}
