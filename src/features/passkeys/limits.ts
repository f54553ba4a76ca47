import { z } from 'zod'
import type { Application } from '../../core/applications/application.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { inProcessLimit } from '../../platform/limits/in-process.ts'
import { budgetsOf } from '../../platform/limits/network.ts'
import { settings, settingsOf } from '../../platform/settings.ts'

export const passkeySettings = settings('passkeys', 'Passkeys', {
  starts_per_ip: z.int().min(1).max(1_000_000).default(30_000).meta({
    description:
      'Logins by passkey that one network may begin in ten minutes, at each process; an IPv6 /48 ten times as many. A page that offers passkeys in a form field begins one whenever it is opened, and a mobile operator may be one network.',
  }),
  failures_per_ip: z.int().min(1).max(100_000).default(300).meta({
    description:
      'Answers of authenticators that are refused to one network in ten minutes, at each process, before its logins are told to wait and the log is told no more; an IPv6 /48 has ten times as many. A right one is never refused.',
  }),
})

const WINDOW_SECONDS = 600
/** Nothing can be guessed here: what is bounded is the work, so a count that is lost with the process is harmless. */
const counts = resident(() => inProcessLimit(WINDOW_SECONDS * 1000))

export const retryLater = { headers: { 'retry-after': String(WINDOW_SECONDS) } }

/** Count a login that is begun, or an answer that was refused. False when its network, or the customer who has many, has too many. */
export function admit(deps: Deps, app: Application, ip: string, what: 'starts' | 'failures'): boolean {
  const budgets = budgetsOf(ip, settingsOf(app, passkeySettings)[`${what}_per_ip`])
  return budgets.every(({ subject, max }) => counts(deps).take(`${what} ${app.id} ${subject}`, max, deps.monotonic()))
}
