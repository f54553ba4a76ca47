import { rangeOf } from '../../crypto/password-range.ts'
import type { Deps } from '../../platform/deps.ts'

const TIMEOUT_MS = 2_000
const MAX_BYTES = 256 * 1024

/**
 * Whether a password is known from breaches, by a service that learns five hex digits of its SHA-1 and answers `<rest>:<count>` lines, some
 * of them padding with a count of 0. False when it does not answer: nobody is kept from a password by a service that is down.
 */
export async function isBreached(deps: Deps, rangeUrl: string, password: string): Promise<boolean> {
  const { prefix, suffix } = rangeOf(password)
  const outcome = await deps.fetch({
    method: 'GET',
    url: `${rangeUrl.replace(/\/+$/, '')}/${prefix}`,
    headers: { 'add-padding': 'true', accept: 'text/plain' },
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
  })
  if (outcome.kind !== 'answered' || outcome.status !== 200) {
    deps.log.warn('the lookup of breached passwords did not answer; the password was taken')
    return false
  }
  const known = new RegExp(`^${suffix}:0*[1-9]`, 'im')
  return known.test(outcome.body.toString('latin1'))
}
