import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { networkOf } from '../../platform/limits/network.ts'
import { consumeLimit, isLimitSpent } from '../../platform/limits/store.ts'
import { settingsOf } from '../../platform/settings.ts'
import type { Application } from '../applications/application.ts'
import { type CodeRequest, findAsker, subjectOf } from './asker.ts'
import { takeFromBudgets } from './budgets.ts'
import { wrongCodes } from './guesses.ts'
import { limitOf, otpSettings } from './limits.ts'
import type { Sending } from './verification.ts'

export type Admission = { kind: 'limited' } | ({ kind: 'admitted' } & Sending)

/** Whether a code of so many digits may be asked for; each time counts. */
export async function admitCode(
  tx: Tx,
  deps: Deps,
  app: Application,
  request: CodeRequest & { codeSize: number },
): Promise<Admission> {
  const now = deps.now()
  const { starts_per_ip, starts_per_identifier } = settingsOf(app, otpSettings)
  const asker = await findAsker(tx, deps, app.id, request)
  const subject = asker.knownPlace ?? subjectOf(asker.identifier)
  if (await isLimitSpent(tx, app.id, wrongCodes(app, request.codeSize), subject, now)) return { kind: 'limited' }
  if (!(await consumeLimit(tx, app.id, limitOf('starts_ip', starts_per_ip), networkOf(request.ip), now)))
    return { kind: 'limited' }
  if (!(await consumeLimit(tx, app.id, limitOf('starts_identifier', starts_per_identifier), subject, now)))
    return { kind: 'limited' }
  return { kind: 'admitted', ...(await takeFromBudgets(tx, deps, app, asker)) }
}
