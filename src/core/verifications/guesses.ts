import type { Tx } from '../../platform/db.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { inProcessLimit } from '../../platform/limits/in-process.ts'
import { networkOf } from '../../platform/limits/network.ts'
import { consumeLimit, giveLimitBack, type Limit } from '../../platform/limits/store.ts'
import { settingsOf } from '../../platform/settings.ts'
import type { Application } from '../applications/application.ts'
import { type Asker, subjectOf } from './asker.ts'
import { CODE_WINDOW_SECONDS, DAY_SECONDS, limitOf, mostWrongCodes, otpSettings } from './limits.ts'

/** Whoever starts over and over gets five tries each time: with too many wrong ones in a day, no more starts. */
export const wrongCodes = (app: Application, codeSize: number): Limit => {
  const { wrong_codes_per_identifier: ofSixDigits } = settingsOf(app, otpSettings)
  return limitOf('wrong_codes', mostWrongCodes(ofSixDigits, codeSize), DAY_SECONDS)
}

/**
 * What a guess counts against. At checks the bound is twice that of starts: what strangers began before it was reached ends, and whoever began
 * in time is not kept from their own code.
 */
function countsOf(app: Application, asker: Asker, codeSize: number): readonly { limit: Limit; subject: string }[] {
  const { checks_per_ip } = settingsOf(app, otpSettings)
  const guesses = wrongCodes(app, codeSize)
  return [
    { limit: limitOf('checks_ip', checks_per_ip), subject: asker.knownPlace ?? networkOf(asker.ip) },
    { limit: { ...guesses, max: 2 * guesses.max }, subject: asker.knownPlace ?? subjectOf(asker.identifier) },
  ]
}

/** Count a guess before it is judged: exact, however many come at once. False when it may not be made. Who is right is forgiven. */
export async function admitGuess(tx: Tx, app: Application, asker: Asker, codeSize: number, now: number) {
  const [network, identifier] = countsOf(app, asker, codeSize)
  if (!network || !identifier) return false
  if (!(await consumeLimit(tx, app.id, network.limit, network.subject, now))) return false
  if (await consumeLimit(tx, app.id, identifier.limit, identifier.subject, now)) return true
  await giveLimitBack(tx, app.id, network.limit, network.subject, 1, now)
  return false
}

/** Count a guess for nothing. */
export async function forgiveGuess(tx: Tx, app: Application, asker: Asker, codeSize: number, now: number) {
  for (const { limit, subject } of countsOf(app, asker, codeSize))
    await giveLimitBack(tx, app.id, limit, subject, 1, now)
}

export const TRIES_OF_NOTHING = 300
const unknown = resident(() => inProcessLimit(CODE_WINDOW_SECONDS * 1000))

/** Count a try where there is nothing to try. False when its address makes too many: they are no guesses, and keep nobody from a right code. */
export const admitTryOfNothing = (deps: Deps, appId: string, ip: string): boolean =>
  unknown(deps).take(`${appId} ${networkOf(ip)}`, TRIES_OF_NOTHING, deps.monotonic())
