import { verifyAudit } from '../core/audit/verify.ts'
import type { Deps } from '../platform/deps.ts'
import { type KeyHolder, ofHolder } from './keys.ts'
import { done, type Outcome } from './outcome.ts'

/** `antiphon audit verify` */
export async function verify(deps: Deps, holder: KeyHolder): Promise<Outcome> {
  return await ofHolder(deps, holder, async (appId) => {
    const verdict = await verifyAudit(deps.db, appId)
    if (verdict.kind === 'broken') return done(verdict, `The log is broken: ${verdict.at} ${verdict.problem}.`, true)
    const { rows, days, hash } = verdict
    return done(verdict, `The log is intact: ${rows} entries of ${days} days, up to ${hash || 'nothing'}.`)
  })
}
