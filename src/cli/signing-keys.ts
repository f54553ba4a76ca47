import { tellChange } from '../core/audit/audited.ts'
import { listStatedKeys, revokeSigningKey, rotateNow, type StatedKey } from '../core/signing-keys/on-demand.ts'
import type { KeyPurpose } from '../core/signing-keys/tables.ts'
import { rfc3339 } from '../platform/clock.ts'
import type { Deps } from '../platform/deps.ts'
import { ofApp } from './apps.ts'
import { byCli } from './by-cli.ts'
import { columns, done, misused, type Outcome, refused } from './outcome.ts'

const PURPOSES: readonly KeyPurpose[] = ['access_token', 'challenge_token', 'webhook']

const viewOf = ({ kid, purpose, alg, state, activates_at, created_at }: StatedKey) => ({
  ...{ kid, purpose, alg, state },
  created_at: rfc3339(created_at),
  signs_since: rfc3339(activates_at),
})

/** `antiphon keys signing list` */
export const listSigningKeysOf = (deps: Deps, app: string): Promise<Outcome> =>
  ofApp(deps, app, async () => {
    const rows = (await listStatedKeys(deps, app)).map(viewOf)
    const lines = rows.map((row) => [row.kid, row.purpose, row.alg, row.state, row.signs_since])
    return done(rows, columns([['KEY', 'FOR', 'ALGORITHM', 'STATE', 'SIGNS SINCE'], ...lines], 'There is no key.'))
  })

/** `antiphon keys signing rotate` */
export const rotateSigningKeysOf = (deps: Deps, app: string, purpose: string): Promise<Outcome> =>
  ofApp(deps, app, async () => {
    const known = PURPOSES.find((one) => one === purpose)
    if (!known) return misused(`--for takes one of ${PURPOSES.join(', ')}`)
    const commanded = { appId: app, operation: 'rotateSigningKeys' }
    const next = await byCli(deps, commanded, (mine) => rotateNow(mine, app, known))
    const lines = next.map(
      ({ kid, activates_at }) => `Key ${kid} is published, and signs from ${rfc3339(activates_at)} on.`,
    )
    return done(next.map(viewOf), lines.join('\n'))
  })

/** `antiphon keys signing revoke` */
export const revokeSigningKeyOf = (deps: Deps, app: string, kid: string): Promise<Outcome> =>
  ofApp(deps, app, async () => {
    const commanded = { appId: app, operation: 'revokeSigningKey', target: { kid } }
    const outcome = await byCli(deps, commanded, async (mine) => {
      tellChange(mine, { before: { kid } })
      return await revokeSigningKey(mine, app, kid)
    })
    if (outcome.kind === 'unknown') return refused(`there is no signing key ${kid} in application ${app}`)
    const successor = outcome.successor?.kid
    const goesOn = successor === undefined ? '' : ` Key ${successor} signs now.`
    return done({ kid, successor: successor ?? null }, `Key ${kid} is revoked: what it signed is refused.${goesOn}`)
  })
