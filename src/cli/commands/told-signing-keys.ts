import type { Tell } from '../api/declared.ts'
import { columns, done } from '../outcome.ts'

/** As the management API shows it. */
interface SigningKey {
  readonly kid: string
  readonly purpose: string
  readonly alg: string
  readonly state: string
  /** RFC 3339. */
  readonly signs_since: string
}

const keysOf = (body: unknown) => (body as { signing_keys: readonly SigningKey[] }).signing_keys

export const tellSigningKeys: Tell = (body) => {
  const keys = keysOf(body)
  const lines = keys.map((key) => [key.kid, key.purpose, key.alg, key.state, key.signs_since])
  return done(keys, columns([['KEY', 'FOR', 'ALGORITHM', 'STATE', 'SIGNS SINCE'], ...lines], 'There is no key.'))
}

export const tellNextKeys: Tell = (body) => {
  const keys = keysOf(body)
  return done(
    keys,
    keys.map(({ kid, signs_since }) => `Key ${kid} is published, and signs from ${signs_since} on.`).join('\n'),
  )
}

export const tellRevokedSigningKey: Tell = (body) => {
  const { kid, successor } = body as { kid: string; successor?: string }
  const goesOn = successor === undefined ? '' : ` Key ${successor} signs now.`
  return done({ kid, successor: successor ?? null }, `Key ${kid} is revoked: what it signed is refused.${goesOn}`)
}
