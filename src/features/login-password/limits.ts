import { type Bucket, type PasswordConfig, windowSecondsOf } from '../../core/passwords/config.ts'
import { placeOfPassword } from '../../core/passwords/credential.ts'
import type { Place } from '../../core/places/place.ts'
import { isKnownPlace } from '../../core/places/store.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { budgetsOf } from '../../platform/limits/network.ts'
import { consumeLimit, giveLimitBack, type Limit, secondsLeft } from '../../platform/limits/store.ts'

/** Who tries to log in, and where from. */
export interface Attempt {
  readonly email: string
  readonly ip: string
  readonly place: Place
  /** Whether somebody has logged in from that place with the password that is asked for. */
  readonly isKnown: boolean
}

/** An attempt at a password, or, without `passwordId`, at an address that has none. */
export async function attemptOf(
  deps: Deps,
  appId: string,
  { email, ip, passwordId = email }: { email: string; ip: string; passwordId: string | undefined },
): Promise<Attempt> {
  const place = placeOfPassword(deps, appId, passwordId, ip)
  return { email, ip, place, isKnown: await isKnownPlace(deps.db, appId, place) }
}

/** What was counted, by which limit, when. */
interface Count {
  readonly limit: Limit
  readonly subject: string
  readonly takenAt: number
}

/** Whether an attempt may be made; when not, for how many seconds. */
export type Admission = { kind: 'admitted'; counts: readonly Count[] } | { kind: 'limited'; retrySeconds: number }

/**
 * Count a login, before its password is looked at: exact, however many arrive at once. Who turns out to be right is given the count back.
 *
 * Attempts from where the user has logged in before are counted apart, so strangers can use up identifier and network for each other only. Who has
 * used up a network is not counted against the identifier.
 */
export async function admitLogin(
  tx: Tx,
  appId: string,
  config: PasswordConfig,
  { email, ip, place: { place }, isKnown }: Attempt,
  now: number,
): Promise<Admission> {
  const ofIdentifier = limitOf('password_login_identifier', config.rate_limit_login_identifier)
  return await admit(tx, appId, [
    ...ofNetwork('password_login', config.rate_limit_login_ip, isKnown ? { place } : { ip }, now),
    { limit: ofIdentifier, subject: isKnown ? place : email, takenAt: now },
  ])
}

/** Count a sign-up. */
export const admitSignUp = (
  tx: Tx,
  appId: string,
  config: PasswordConfig,
  ip: string,
  now: number,
): Promise<Admission> => admit(tx, appId, ofNetwork('password_sign_up', config.rate_limit_login_ip, { ip }, now))

/** What counts against a network, and against the customer who has many. */
function ofNetwork(
  name: string,
  bucket: Bucket,
  from: { place: string } | { ip: string },
  now: number,
): readonly Count[] {
  const limit = limitOf(`${name}_ip`, bucket)
  if ('place' in from) return [{ limit, subject: from.place, takenAt: now }]
  return budgetsOf(from.ip, limit.max).map(({ subject, max }) => ({ limit: { ...limit, max }, subject, takenAt: now }))
}

/** One after the other, up to the first that is used up. */
async function admit(tx: Tx, appId: string, counts: readonly Count[]): Promise<Admission> {
  for (const { limit, subject, takenAt } of counts) {
    if (!(await consumeLimit(tx, appId, limit, subject, takenAt)))
      return { kind: 'limited', retrySeconds: secondsLeft(limit, takenAt) }
  }
  return { kind: 'admitted', counts }
}

/** Count a login for nothing. */
export async function forgive(tx: Tx, appId: string, counts: readonly Count[]): Promise<void> {
  for (const { limit, subject, takenAt } of counts) await giveLimitBack(tx, appId, limit, subject, 1, takenAt)
}

const limitOf = (name: string, bucket: Bucket): Limit => ({
  name,
  max: bucket.limit,
  windowSeconds: windowSecondsOf(bucket),
})
