import { Draft } from '../draft.ts'
import { base64Bytes, scryptForm, utf8Bytes } from '../password-form.ts'
import { isYes, keyOf, membersOf, rowsOf, textOf, valueAt } from '../raw-value.ts'
import type { Raw, Source } from '../source.ts'

type Members = Readonly<Record<string, unknown>>

/** https://stytch.com/docs/api/search-users; hashes as a CSV by support. */
export const stytch: Source = {
  name: 'stytch',
  users: { containers: ['json', 'ndjson'], arrays: [['results'], ['users'], []] },
  joins: [
    {
      role: 'hashes',
      file: { containers: ['csv'], headerFrom: 'id' },
      rowKeys: (row) => keyOf(row.id),
      userKeys: (user) => keyOf(user.user_id),
    },
  ],
  map(raw, options) {
    const draft = new Draft(options)
    const path = options.externalIdFrom
    if (path === undefined) draft.externalId(raw.user_id, raw.external_id)
    else draft.externalId(valueAt(raw, path), raw.user_id)
    for (const [i, { email, verified }] of rowsOf(raw.emails).entries()) {
      draft.emailAddress(email, { field: `emails.${i}`, verified: isYes(verified) })
    }
    for (const [i, { phone_number, verified }] of rowsOf(raw.phone_numbers).entries()) {
      draft.phoneNumber(phone_number, { field: `phone_numbers.${i}`, verified: isYes(verified) })
    }
    const { first_name, last_name } = membersOf(raw.name)
    draft.names({ first_name, last_name })
    for (const [i, { provider_type, provider_subject }] of rowsOf(raw.providers).entries()) {
      draft.federatedIdentity(provider_type, provider_subject, `providers.${i}`)
    }
    readMetadata(draft, raw)
    for (const row of rowsOf(raw.hashes)) readHash(draft, row)
    if (isYes(membersOf(raw.password).requires_reset)) draft.note('password_change_required', 'password')
    for (const [list, kind] of Object.entries(LEFT)) draft.leave(kind, raw[list], list)
    draft.createdAt(raw.created_at, 'created_at')
    return draft.finish()
  },
}

/** Secrets of second factors are never exported: what is left is which there were. */
const LEFT: Readonly<Record<string, string>> = {
  totps: 'second_factor',
  webauthn_registrations: 'passkey',
  biometric_registrations: 'second_factor',
  crypto_wallets: 'web3_wallet',
}

/** Browsers write what is untrusted. */
function readMetadata(draft: Draft, raw: Raw): void {
  const { roles, ...rest } = membersOf(raw.trusted_metadata)
  draft.groups(raw.roles, 'roles')
  draft.groups(roles, 'trusted_metadata.roles')
  draft.leave('private_metadata', rest, 'trusted_metadata')
  draft.profile(membersOf(raw.untrusted_metadata))
}

/** Scrypt with N of 2^15, whose salt is the base64url text itself, padding and all. Other methods are what was imported there. */
function readHash(draft: Draft, row: Members): void {
  const hash = textOf(row.hash)
  if (hash === undefined) return
  const isScrypt = (textOf(row.hash_method) ?? 'scrypt') === 'scrypt'
  const derived = { salt: utf8Bytes(textOf(row.salt) ?? ''), key: base64Bytes(hash) }
  const rewritten = isScrypt ? scryptForm({ n: 32768, r: 8, p: 1 }, derived) : hash
  if (rewritten === undefined) draft.leave('password_unreadable', { hash, salt: row.salt }, 'hashes.hash')
  else draft.passwordHash(rewritten, 'hashes.hash')
}
