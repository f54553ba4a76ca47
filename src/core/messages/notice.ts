import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { consumeLimit, type Limit } from '../../platform/limits/store.ts'
import { settingsOf } from '../../platform/settings.ts'
import { findApplication } from '../applications/store.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import { listIdentifiers } from '../identifiers/store.ts'
import { findUser } from '../users/store.ts'
import { lookupRange } from './locale.ts'
import { type AccountChange, wordsOfChange } from './notice-texts.ts'
import { enqueueMessage } from './send.ts'
import { messageSettings } from './settings.ts'
import { listProviders } from './store/providers.ts'
import type { Channel } from './tables.ts'
import { SECURITY_NOTICE } from './template.ts'

const DAY_MS = 86_400_000
const MAX_RECIPIENTS = 5
/** Whoever changes an account over and over sends nobody a letter each time. */
export const NOTICES: Limit = { name: 'security_notice', max: 20, windowSeconds: 86_400 }

/** What an account had proven before a change, the recipients of a notice. */
export type OlderAddresses = readonly Identifier[]

/** What a user has proven by now: to be asked before an identifier is added or taken away. */
export async function findOlderAddresses(tx: Tx, appId: string, userId: string): Promise<OlderAddresses> {
  return (await listIdentifiers(tx, appId, [userId])).filter(({ verified_at }) => verified_at !== null)
}

/**
 * Tell the older addresses of a user that the account was changed: if it was a thief, the owner learns of it. `older`: those before the change,
 * where it was one of them.
 */
export async function tellOlderAddresses(
  tx: Tx,
  deps: Deps,
  appId: string,
  userId: string,
  { change, older }: { change: AccountChange; older?: OlderAddresses },
): Promise<void> {
  const { channel, recipients } = recipientsOf(older ?? (await findOlderAddresses(tx, appId, userId)))
  if (recipients.length === 0) return
  const app = await findApplication(tx, appId)
  if (!app || !settingsOf(app, messageSettings).security_notices) return
  // Without a provider there is nobody to carry it; the mailbox of development takes all.
  if (app.mode !== 'dev' && (await listProviders(tx, appId, channel)).length === 0) return
  if (!(await consumeLimit(tx, appId, NOTICES, userId, deps.now()))) return
  const locale = String((await findUser(tx, appId, userId))?.profile.locale ?? 'en')
  const message = {
    channel,
    template: SECURITY_NOTICE,
    values: { change: wordsOfChange(change, lookupRange(locale)) },
    locale: lookupRange(locale)[0] ?? 'en',
    sender: '',
    expiresAt: deps.now() + DAY_MS,
  }
  for (const recipient of recipients) await enqueueMessage(tx, deps, appId, { ...message, recipient })
}

/** Addresses, which cost nothing; numbers of who has no address. */
function recipientsOf(older: OlderAddresses): { channel: Channel; recipients: string[] } {
  const valuesOf = (wanted: Identifier['type']) =>
    older
      .filter(({ type }) => type === wanted)
      .map(({ value }) => value)
      .slice(0, MAX_RECIPIENTS)
  const addresses = valuesOf('email_address')
  if (addresses.length > 0) return { channel: 'email', recipients: addresses }
  return { channel: 'sms', recipients: valuesOf('phone_number') }
}
