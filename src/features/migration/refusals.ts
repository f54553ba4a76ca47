import type { Application } from '../../core/applications/application.ts'
import { migrationSettings } from '../../core/legacy-users/settings.ts'
import { sha256 } from '../../crypto/hash.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { inProcessLimit } from '../../platform/limits/in-process.ts'
import { budgetsOf } from '../../platform/limits/network.ts'
import { settingsOf } from '../../platform/settings.ts'
import type { LegacyFailure } from './outcome.ts'

const WINDOW_MS = 600_000
export const TOKEN_WINDOW_MS = 10_000
export const REFUSALS_OF_TOKEN = 3

const failures = resident(() => inProcessLimit(WINDOW_MS))
const refused = resident(() => inProcessLimit(TOKEN_WINDOW_MS))

/**
 * What may be tried of a hook from one place: whoever makes up tokens asks the legacy system about a few of them, in our name, and about each a
 * few times. Each process counts for itself.
 */
export function refusalsOf(deps: Deps, app: Application, url: string, token: string, ip: string) {
  const name = sha256(JSON.stringify([app.id, url, token])).toString('base64url')
  const most = settingsOf(app, migrationSettings).failures_per_ip
  const counts = budgetsOf(ip, most).map(({ subject, max }) => ({ subject: `${app.id} ${subject}`, max }))
  const noteFailure = () => {
    for (const { subject, max } of counts) failures(deps).take(subject, max, deps.monotonic())
  }
  return {
    /** Why the hook need not be asked. That it was asked too often for this network says nothing of the token. */
    find(): LegacyFailure | undefined {
      const now = deps.monotonic()
      if (refused(deps).isSpent(name, REFUSALS_OF_TOKEN, now)) return { kind: 'failed', reason: 'refused_before' }
      const isSpent = counts.some(({ subject, max }) => failures(deps).isSpent(subject, max, now))
      return isSpent ? { kind: 'failed', reason: 'busy', legacyDown: true } : undefined
    },
    /** The hook has refused the token. */
    note(): void {
      refused(deps).take(name, REFUSALS_OF_TOKEN, deps.monotonic())
      noteFailure()
    },
    /** It has neither refused nor taken it: whoever makes up what nobody can read asks as much as whoever makes up tokens. */
    noteOdd: noteFailure,
  }
}
