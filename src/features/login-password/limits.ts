import { type Bucket, type PasswordConfig, windowSecondsOf } from '../../core/passwords/config.ts'
import { deriveKey, hmacSha256 } from '../../crypto/hash.ts'
import type { Tx } from '../../platform/db.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { networkOf } from '../../platform/limits/network.ts'
import { consumeLimit, giveLimitBack, type Limit, secondsLeft } from '../../platform/limits/store.ts'
import { isKnownPlace } from './store.ts'

const placeKey = resident((deps: Deps) => deriveKey(deps.config.masterKey, 'password-known-places'))

/** Who tries to log in, and where from. */
export interface Attempt {
  readonly email: string
  /** The address, or of IPv6 the network that one customer gets. */
  readonly network: string
  /** Both in one, unreadable. */
  readonly place: string
}

export function attemptOf(deps: Deps, appId: string, email: string, ip: string): Attempt {
  const network = networkOf(ip)
  return { email, network, place: hmacSha256(placeKey(deps), `${appId} ${email} ${network}`).toString('base64url') }
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
 * Count a login, before any work is done for it: exact, however many arrive at once. Who turns out to be right is given the count back.
 *
 * Attempts from where the user has logged in before are counted apart, so strangers can use up the identifier for each other only. Who has
 * used up an address is not counted against the identifier.
 */
export async function admitLogin(
  tx: Tx,
  appId: string,
  config: PasswordConfig,
  { email, network, place }: Attempt,
  now: number,
): Promise<Admission> {
  const subject = (await isKnownPlace(tx, appId, place)) ? place : email
  return await admit(tx, appId, [
    { limit: limitOf('password_login_ip', config.rate_limit_login_ip), subject: network, takenAt: now },
    { limit: limitOf('password_login_identifier', config.rate_limit_login_identifier), subject, takenAt: now },
  ])
}

/** Count a sign-up. */
export const admitSignUp = (
  tx: Tx,
  appId: string,
  config: PasswordConfig,
  ip: string,
  now: number,
): Promise<Admission> =>
  admit(tx, appId, [
    { limit: limitOf('password_sign_up_ip', config.rate_limit_login_ip), subject: networkOf(ip), takenAt: now },
  ])

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
