import { Draft } from '../draft.ts'
import { isYes, keyOf, membersOf, rowsOf, textOf, valueAt } from '../raw-value.ts'
import type { Raw, Source } from '../source.ts'
import { rewriteClerkHash, SALT_ORDER_ASSUMED } from './clerk-hash.ts'

type Members = Readonly<Record<string, unknown>>

/** https://clerk.com/docs/guides/development/migrating/overview: JSON of the API and CSV of the dashboard, of which neither has everything. */
export const clerk: Source = {
  name: 'clerk',
  users: { containers: ['json', 'ndjson', 'csv'], arrays: [[], ['data'], ['users']] },
  joins: [
    {
      role: 'hashes',
      file: { containers: ['csv'] },
      rowKeys: (row) => keyOf(row.id),
      userKeys: (user) => keyOf(user.id),
    },
  ],
  map(raw, options) {
    const draft = new Draft(options)
    const csv = rowsOf(raw.hashes)[0] ?? {}
    readIds(draft, raw, options.externalIdFrom)
    for (const row of [raw, csv]) {
      readApiAddresses(draft, row)
      readCsvAddresses(draft, row)
      draft.username(row.username, 'username')
      draft.names({ first_name: row.first_name, last_name: row.last_name, picture: row.image_url, locale: row.locale })
      readPassword(draft, row, options.pepper)
      draft.leave('totp', row.totp_secret, 'totp_secret')
    }
    readAccounts(draft, raw)
    // What users write of themselves loses to what the application said in public.
    draft.profile(membersOf(raw.public_metadata))
    draft.profile(membersOf(raw.unsafe_metadata))
    draft.leave('private_metadata', raw.private_metadata, 'private_metadata')
    if (isYes(raw.banned)) draft.block()
    if (isYes(raw.locked)) readLock(draft, raw)
    draft.createdAt(raw.created_at, 'created_at')
    draft.updatedAt(raw.updated_at, 'updated_at')
    draft.lastSeenAt(raw.last_sign_in_at ?? raw.last_active_at, 'last_sign_in_at')
    return draft.finish()
  },
}

/** `external_id` is the id of the system before Clerk, which may still be the one that the customer's tables use. */
function readIds(draft: Draft, raw: Raw, path: string | undefined): void {
  if (path === undefined) draft.externalId(raw.id, raw.external_id)
  else draft.externalId(valueAt(raw, path), raw.id)
}

function readApiAddresses(draft: Draft, row: Members): void {
  for (const [i, { email_address, verification }] of rowsOf(row.email_addresses).entries()) {
    draft.emailAddress(email_address, { field: `email_addresses.${i}`, verified: isVerified(verification) })
  }
  for (const [i, { phone_number, verification }] of rowsOf(row.phone_numbers).entries()) {
    draft.phoneNumber(phone_number, { field: `phone_numbers.${i}`, verified: isVerified(verification) })
  }
}

const isVerified = (verification: unknown) => valueAt(verification, 'status') === 'verified'

/** Lists are joined by bars. The primary address says nothing of its proof: it stands in one of the lists. */
function readCsvAddresses(draft: Draft, row: Members): void {
  for (const [field, verified] of [
    ['verified_email_addresses', true],
    ['unverified_email_addresses', false],
    ['primary_email_address', false],
  ] as const) {
    for (const address of barred(row[field])) draft.emailAddress(address, { field, verified })
  }
  for (const [field, verified] of [
    ['verified_phone_numbers', true],
    ['unverified_phone_numbers', false],
    ['primary_phone_number', false],
  ] as const) {
    for (const number of barred(row[field])) draft.phoneNumber(number, { field, verified })
  }
}

const barred = (list: unknown): readonly string[] => (typeof list === 'string' ? list.split('|') : [])

function readPassword(draft: Draft, row: Members, pepper: string | undefined): void {
  const digest = textOf(row.password_digest)
  if (digest === undefined) return
  const hasher = textOf(row.password_hasher) ?? 'bcrypt'
  const rewritten = rewriteClerkHash(hasher, digest, pepper)
  if (SALT_ORDER_ASSUMED.includes(hasher)) draft.note('password_salt_order_assumed', 'password_digest')
  if (rewritten === undefined) draft.leave('password_unreadable', { hasher, digest }, 'password_digest')
  else draft.passwordHash(rewritten, 'password_digest')
}

function readAccounts(draft: Draft, raw: Raw): void {
  for (const [i, { provider, provider_user_id, verification }] of rowsOf(raw.external_accounts).entries()) {
    const field = `external_accounts.${i}`
    // Of one that somebody only began to connect nobody knows whose it is.
    const isBegun = textOf(valueAt(verification, 'status')) !== undefined && !isVerified(verification)
    if (isBegun) draft.leave('provider_unverified', { provider, subject: provider_user_id }, field)
    else draft.federatedIdentity(provider, provider_user_id, field)
  }
  draft.leave('passkey', raw.passkeys, 'passkeys')
  draft.leave('web3_wallet', raw.web3_wallets, 'web3_wallets')
  draft.leave('provider_unknown', raw.saml_accounts, 'saml_accounts')
  draft.leave('provider_unknown', raw.enterprise_accounts, 'enterprise_accounts')
}

/** A lock of failed attempts ends by itself; one without an end was set by an administrator. */
function readLock(draft: Draft, raw: Raw): void {
  if (typeof raw.lockout_expires_in_seconds === 'number') draft.note('lock_ends', 'locked')
  else draft.block()
}
