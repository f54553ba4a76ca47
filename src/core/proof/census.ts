/** A user as far as a migration is proven by them. */
export interface CountedUser {
  readonly id: string
  readonly externalId: string | null
  readonly isBlocked: boolean
  /** Unix ms, as all times here. Of an imported user, when the legacy system made them. */
  readonly createdAt: number
  readonly migratedAt: number | null
  readonly firstLoginAt: number | null
  readonly firstLoginWay: string | null
  /** The import that made or linked the user. */
  readonly importId: string | null
  /** When the legacy system saw them last, as the file says. */
  readonly legacySeenAt: number | null
  /** Whether a session of theirs was in use in the last thirty days. */
  readonly isSeenLately: boolean
  /** Whether they can log in without the legacy system, as the application is configured now. */
  readonly hasWayIn: boolean
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

/**
 * Whether a user would be locked out without the legacy system: was active lately, here or (who has not come) there, and can log in by nothing of ours.
 * A session here does not count: it ends.
 */
export function isLockedOut(user: CountedUser, imports: ImportTimes): boolean {
  if (user.hasWayIn || user.isBlocked || !isLegacy(user)) return false
  return wayInOf(user) === undefined ? isLeftBehind(user, imports) : user.isSeenLately
}

/** Whether nobody knows if a user would be: no file says when they were active, and since they are known here nobody could be missed for thirty days. */
export function mayBeLockedOut(user: CountedUser, imports: ImportTimes, now: number): boolean {
  if (user.hasWayIn || user.isBlocked || !isLegacy(user) || wayInOf(user) !== undefined) return false
  return user.legacySeenAt === null && (imports.get(user.importId ?? '') ?? user.createdAt) > now - IDLE_MS
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
  /** Who was active lately and can log in by the legacy system alone. */
  lockedOut: number
  /** Of whom nobody knows whether they were. */
  maybeLockedOut: number
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
  lockedOut: 0,
  maybeLockedOut: 0,
  byDay: new Map(),
})

/** Count one more user. */
export function countUser(census: Census, user: CountedUser, imports: ImportTimes, now: number): void {
  if (!isLegacy(user)) {
    census.native++
    return
  }
  census.legacy++
  if (isUnknown(user)) census.unknownHere++
  if (isLockedOut(user, imports)) census.lockedOut++
  else if (mayBeLockedOut(user, imports, now)) census.maybeLockedOut++
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
