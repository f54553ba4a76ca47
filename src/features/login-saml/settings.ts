import { z } from 'zod'
import type { Application } from '../../core/applications/application.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { budgetsOf } from '../../platform/limits/network.ts'
import { consumeLimit } from '../../platform/limits/store.ts'
import { settings, settingsOf } from '../../platform/settings.ts'

export const samlSettings = settings('login_saml', 'Login by companies’ own identity providers', {
  starts_per_ip: z.int().min(1).max(100_000).default(300).meta({
    description:
      'Logins that one network may begin, and companies that it may ask for in vain, in ten minutes; an IPv6 /48 ten times as many. A company is often one network: that of its office.',
  }),
  rewrites_profile: z.boolean().default(false).meta({
    description:
      'Whether each login writes what the identity provider says of the user into the profile, and takes out what it does not say any more of what the mapping names. Otherwise the first one does, and the profile is the application’s from then on.',
  }),
})

const WINDOW_SECONDS = 600
export const retryLater = { headers: { 'retry-after': String(WINDOW_SECONDS) } }

/** Count a login that is begun, or asked about. False when its network, or the customer who has many, has begun too many. */
export async function consumeStart(tx: Tx, deps: Deps, app: Application, ip: string): Promise<boolean> {
  for (const { subject, max } of budgetsOf(ip, settingsOf(app, samlSettings).starts_per_ip)) {
    const limit = { name: 'saml_starts', max, windowSeconds: WINDOW_SECONDS }
    if (!(await consumeLimit(tx, app.id, limit, subject, deps.now()))) return false
  }
  return true
}
