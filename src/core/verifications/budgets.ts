import { z } from 'zod'
import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import { afterCommit } from '../../platform/db-context.ts'
import type { Deps } from '../../platform/deps.ts'
import { ipRange } from '../../platform/limits/network.ts'
import { consumeLimit, giveLimitBack, isLimitSpent, type Limit, secondsLeft } from '../../platform/limits/store.ts'
import { settingsOf } from '../../platform/settings.ts'
import type { Application } from '../applications/application.ts'
import { emit } from '../events/store.ts'
import { countryOf } from '../identifiers/identifier.ts'
import type { Suppression } from '../messages/send.ts'
import { type Asker, subjectOf } from './asker.ts'
import { DAY_SECONDS, limitOf, otpSettings } from './limits.ts'

const HOUR_SECONDS = 3600
const UNLIMITED = Number.MAX_SAFE_INTEGER

/** A place that a code took in a budget, to be given back when it is entered. */
export interface Taking {
  readonly limit: Limit
  readonly subject: string
  /** Unix ms. */
  readonly takenAt: number
}

/**
 * Count a code before it is sent. Floods and pumping leave codes that nobody enters: such are counted by recipient, and by country and IP range.
 * Who has proven an identifier is counted apart, lest strangers silence them; by country without a bound. Whoever it is for and whatever is
 * spent, the database is asked as much, so that nobody can tell by time.
 */
export async function takeFromBudgets(
  tx: Tx,
  deps: Deps,
  app: Application,
  asker: Asker,
): Promise<{ silence?: Suppression; takings: readonly Taking[] }> {
  const country = await countryOf(asker.identifier)
  if (country !== undefined && settingsOf(app, otpSettings).blocked_countries.includes(country))
    return { silence: 'recipient', takings: [] }
  const wanted = budgetsOf(app, asker, country).map((budget) => ({ ...budget, takenAt: deps.now() }))
  const spent = (await findSpent(tx, app.id, wanted)) ?? (await takeAll(tx, app.id, wanted))
  if (!spent) return { takings: wanted }
  for (const one of wanted) {
    const isNews = await consumeLimit(tx, app.id, onceIn(one.limit, one === spent), one.subject, one.takenAt)
    if (isNews && one === spent && one.limit.name !== RECIPIENT) await tell(tx, deps, app.id, one)
  }
  return { silence: 'budget', takings: [] }
}

async function findSpent(tx: Tx, appId: string, wanted: readonly Taking[]): Promise<Taking | undefined> {
  let spent: Taking | undefined
  for (const one of wanted) if (await isLimitSpent(tx, appId, one.limit, one.subject, one.takenAt)) spent ??= one
  return spent
}

/** From every budget or from none: somebody else may have taken the last place of one since it was looked at. Answers that one. */
async function takeAll(tx: Tx, appId: string, wanted: readonly Taking[]): Promise<Taking | undefined> {
  for (const [taken, one] of wanted.entries()) {
    if (await consumeLimit(tx, appId, one.limit, one.subject, one.takenAt)) continue
    await giveTakingsBack(tx, appId, wanted.slice(0, taken))
    return one
  }
  return undefined
}

const RECIPIENT = 'otp_unentered_recipient'

/** In the order in which they are taken from and given back to. */
function budgetsOf(app: Application, asker: Asker, country: string | undefined): Omit<Taking, 'takenAt'>[] {
  const settings = settingsOf(app, otpSettings)
  const { identifier, ip, proven, knownPlace } = asker
  const of = (name: string, max: number) => limitOf(proven ? `${name}_proven` : name, max, HOUR_SECONDS)
  const range = knownPlace ?? ipRange(ip, { v4: 24, v6: 48 })
  const recipient = {
    limit: { name: RECIPIENT, max: settings.unentered_codes_per_identifier, windowSeconds: DAY_SECONDS },
    subject: knownPlace ?? subjectOf(identifier),
  }
  if (country === undefined)
    return [recipient, { limit: of('email_range', settings.unverified_emails_per_ip_range), subject: range }]
  return [
    recipient,
    { limit: of('sms_range', settings.unverified_sms_per_ip_range), subject: range },
    { limit: of('sms_country', proven ? UNLIMITED : settings.unverified_sms_per_country), subject: country },
  ]
}

/** The first code in a window that a budget refuses, or that another one does. */
const onceIn = (limit: Limit, refuses: boolean): Limit => ({
  ...limit,
  name: `${limit.name}_${refuses ? 'refused' : 'idle'}`,
  max: 1,
})

/** Tell that a budget is spent: until its window is over, codes do not leave. */
async function tell(tx: Tx, deps: Deps, appId: string, { limit, subject, takenAt }: Taking): Promise<void> {
  const budget = limit.name.replace(/^otp_/, '')
  const ends_at = rfc3339(takenAt + secondsLeft(limit, takenAt) * 1000)
  await emit(tx, deps, appId, 'otp.budget_spent', { budget, subject, limit: limit.max, ends_at })
  afterCommit(() => deps.metrics.codeBudgets.inc({ budget }))
}

const takingsShape = z.array(
  z.object({
    limit: z.object({ name: z.string(), max: z.number(), windowSeconds: z.number() }),
    subject: z.string(),
    takenAt: z.number(),
  }),
)

export const readTakings = ({ takings }: { takings: string }): Taking[] => takingsShape.parse(JSON.parse(takings))

/** Of an entered code: it was neither flooding nor pumping, so its places, and those of its resends, are free again. */
export async function giveTakingsBack(tx: Tx, appId: string, takings: readonly Taking[]): Promise<void> {
  const counts = new Map<string, { taking: Taking; count: number }>()
  for (const taking of takings) {
    const { limit, subject, takenAt } = taking
    const window = Math.floor(takenAt / (limit.windowSeconds * 1000))
    const key = [ORDER.indexOf(limit.name.replace(/_proven$/, '')), subject, window].join(' ')
    counts.set(key, { taking, count: (counts.get(key)?.count ?? 0) + 1 })
  }
  // Everybody in the same order, or two would wait for each other.
  for (const [, { taking, count }] of [...counts].sort(([one], [other]) => (one < other ? -1 : 1)))
    await giveLimitBack(tx, appId, taking.limit, taking.subject, count, taking.takenAt)
}

const ORDER = [RECIPIENT, 'otp_email_range', 'otp_sms_range', 'otp_sms_country']
