import type { LoginAttemptRow } from '../../core/attempts/tables.ts'
import type { Reading } from '../../crypto/saml/response.ts'
import type { Refusal } from './tell.ts'

type Request = Pick<LoginAttemptRow, 'finished_at' | 'expires_at'>

/** The logins that a response names, of those that this connection began. */
export interface NamedRequests {
  /** By `InResponseTo`, which is signed. */
  readonly answered: Request | undefined
  /** By `RelayState`, which anybody could have written. */
  readonly relayed: Request | undefined
}

/**
 * Decide whether a response answers a login of ours, or nobody's without meddling in one. `RelayState` is what was sent along, or nothing: some identity
 * providers drop it. Where nobody has asked it may be anything, and means nothing. Undefined when all is well.
 */
export function decideRequest(
  { inResponseTo }: Pick<Reading, 'inResponseTo'>,
  relayState: string | undefined,
  { answered, relayed }: NamedRequests,
  now: number,
): Refusal | undefined {
  if (inResponseTo === undefined) return relayed && refusal('relay_state', 'it answers no login, and names one')
  if (!answered) return refusal('request', 'it answers no login that this connection began')
  if (answered.finished_at === null && answered.expires_at <= now)
    return refusal('request', 'the login that it answers was begun more than ten minutes ago')
  if (relayState !== undefined && relayState !== inResponseTo)
    return refusal('relay_state', 'RelayState is not the one that was sent along')
  return undefined
}

const refusal = (check: string, reason: string): Refusal => ({ check, reason })
