import { verifyAudit } from '../core/audit/verify.ts'
import type { Deps } from '../platform/deps.ts'
import { ofApp } from './apps.ts'
import { isOfOne, WHOSE } from './commands/audit-entries.ts'
import type { Holder } from './commands/keys.ts'
import { done, type Outcome } from './outcome.ts'

/** `antiphon audit verify` */
export async function verify(deps: Deps, holder: Holder): Promise<Outcome> {
  if (!isOfOne(holder)) return WHOSE
  const { app } = holder
  return app === undefined ? await verifyOf(deps, '') : await ofApp(deps, app, () => verifyOf(deps, app))
}

/** Of an application, or of the instance, whose id is empty. */
async function verifyOf(deps: Deps, appId: string): Promise<Outcome> {
  const verdict = await verifyAudit(deps.db, appId)
  if (verdict.kind === 'broken') return done(verdict, `The log is broken: ${verdict.at} ${verdict.problem}.`, true)
  const { rows, days, hash } = verdict
  return done(verdict, `The log is intact: ${rows} entries of ${days} days, up to ${hash || 'nothing'}.`)
}
