import { z } from 'zod'
import type { Application } from '../../core/applications/application.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { inProcessLimit } from '../../platform/limits/in-process.ts'
import { budgetsOf } from '../../platform/limits/network.ts'
import { settings, settingsOf } from '../../platform/settings.ts'

export const passkeySettings = settings('passkeys', 'Passkeys', {
  starts_per_ip: z.int().min(1).max(1_000_000).default(3_000).meta({
    description:
      'Logins by passkey that one network may begin in ten minutes, at each process; an IPv6 /48 ten times as many. A page that offers passkeys in a form field begins one whenever it is opened.',
  }),
  failures_per_ip: z.int().min(1).max(100_000).default(300).meta({
    description:
      'Logins by passkey that are refused to one network in ten minutes, at each process, before it has to wait; an IPv6 /48 has ten times as many.',
  }),
})

const WINDOW_SECONDS = 600
/** Nothing can be guessed here: what is bounded is the work, and a count that is lost with the process is harmless. */
const counts = resident(() => inProcessLimit(WINDOW_SECONDS * 1000))

export const retryLater = { headers: { 'retry-after': String(WINDOW_SECONDS) } }

const countsOf = (app: Application, ip: string, name: 'starts' | 'failures') =>
  budgetsOf(ip, settingsOf(app, passkeySettings)[`${name}_per_ip`]).map(({ subject, max }) => ({
    subject: `${name} ${app.id} ${subject}`,
    max,
  }))

/** Count a login that is begun. False when its network, or the customer who has many, has begun too many. */
export const admitStart = (deps: Deps, app: Application, ip: string): boolean =>
  countsOf(app, ip, 'starts').every(({ subject, max }) => counts(deps).take(subject, max, deps.monotonic()))

/** Whether a network may end logins: false when too many were refused to it. */
export const mayFinish = (deps: Deps, app: Application, ip: string): boolean =>
  !countsOf(app, ip, 'failures').some(({ subject, max }) => counts(deps).isSpent(subject, max, deps.monotonic()))

/** Count a login that was refused. */
export function noteFailure(deps: Deps, app: Application, ip: string): void {
  for (const { subject, max } of countsOf(app, ip, 'failures')) counts(deps).take(subject, max, deps.monotonic())
}
