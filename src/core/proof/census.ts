/** A user as far as a migration is proven by them. */
export interface CountedUser {
  readonly id: string
  readonly externalId: string | null
  readonly isBlocked: boolean
  /** Unix ms, as all times here. */
  readonly migratedAt: number | null
  readonly firstLoginAt: number | null
  readonly firstLoginWay: string | null
  /** The import that made or linked the user. */
  readonly importId: string | null
  /** When the legacy system saw them last, as the file says. */
  readonly legacySeenAt: number | null
  /** Whether a session of theirs was in use in the last thirty days. */
  readonly isSeenLately: boolean
}

const DAY_MS = 86_400_000
/** Whoever was not seen for longer is idle. */
export const IDLE_MS = 30 * DAY_MS

/** When each import was begun: what its file says of "lately" is of then. */
export type ImportTimes = ReadonlyMap<string, number>

/** By which way a user came in first; undefined while they have not come. */
export const wayInOf = ({ firstLoginWay, migratedAt }: CountedUser): string | undefined =>
  firstLoginWay ?? (migratedAt === null ? undefined : 'legacy')

/** Whether a user is one of the legacy system's. */
export const isLegacy = ({ externalId, migratedAt, importId }: CountedUser): boolean =>
  externalId !== null || migratedAt !== null || importId !== null

/** Whether a legacy token named this user, and no import did. */
export const isUnknown = ({ migratedAt, importId }: CountedUser): boolean => migratedAt !== null && importId === null

/** Whether a user was active in the legacy system in the thirty days before their import, and has not come. */
export function isLeftBehind(user: CountedUser, imports: ImportTimes): boolean {
  const importedAt = imports.get(user.importId ?? '')
  if (importedAt === undefined || user.isBlocked || wayInOf(user) !== undefined) return false
  return user.legacySeenAt !== null && user.legacySeenAt >= importedAt - IDLE_MS
}

export interface Census {
  /** Users of the legacy system whom this side knows. */
  legacy: number
  /** Who signed up here and was never known there. */
  native: number
  /** Legacy users who have come, and by which way first. */
  here: number
  byWay: Record<string, number>
  /** Those of them who were not seen here for thirty days. */
  idle: number
  /** Who has not come and is blocked here, so will not. */
  blocked: number
  notYetHere: number
  unknownHere: number
  leftBehind: number
  /** Who has not come, and of whom no file says when the legacy system saw them. */
  activityUnknown: number
  /** Start of a day (UTC), Unix ms → how many came first on it, by way. */
  byDay: Map<number, Record<string, number>>
}

export const emptyCensus = (): Census => ({
  legacy: 0,
  native: 0,
  here: 0,
  byWay: {},
  idle: 0,
  blocked: 0,
  notYetHere: 0,
  unknownHere: 0,
  leftBehind: 0,
  activityUnknown: 0,
  byDay: new Map(),
})

/** Count one more user. */
export function countUser(census: Census, user: CountedUser, imports: ImportTimes): void {
  if (!isLegacy(user)) {
    census.native++
    return
  }
  census.legacy++
  if (isUnknown(user)) census.unknownHere++
  const way = wayInOf(user)
  if (way !== undefined) countArrival(census, user, way)
  else if (user.isBlocked) census.blocked++
  else countMissing(census, user, imports)
}

function countMissing(census: Census, user: CountedUser, imports: ImportTimes): void {
  census.notYetHere++
  if (user.legacySeenAt === null) census.activityUnknown++
  else if (isLeftBehind(user, imports)) census.leftBehind++
}

function countArrival(census: Census, user: CountedUser, way: string): void {
  census.here++
  add(census.byWay, way)
  if (!user.isSeenLately) census.idle++
  const day = Math.floor((user.firstLoginAt ?? user.migratedAt ?? 0) / DAY_MS) * DAY_MS
  const ofDay = census.byDay.get(day) ?? {}
  add(ofDay, way)
  census.byDay.set(day, ofDay)
}

function add(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}
