import { Draft } from '../draft.ts'
import { firebaseForm } from '../password-form.ts'
import { isYes, keyOf, membersOf, rowsOf, textOf } from '../raw-value.ts'
import type { Raw, RowFile, Source } from '../source.ts'

type Members = Readonly<Record<string, unknown>>

const table = (name: string): RowFile => ({ containers: ['csv', 'ndjson', 'copy'], tables: [name] })
const ofUser = { rowKeys: (row: Raw) => keyOf(row.user_id), userKeys: (user: Raw) => keyOf(user.id) }

/** What Supabase itself proves. */
const OWN: readonly unknown[] = ['email', 'phone']
/** What providers said of addresses, and users may have written over it. */
const NOT_PROFILE = ['email', 'email_verified', 'phone', 'phone_verified', 'sub', 'iss', 'provider_id']

/** https://github.com/supabase/auth, tables `auth.users`, `auth.identities`, `auth.mfa_factors` */
export const supabase: Source = {
  name: 'supabase',
  users: { containers: ['ndjson', 'csv', 'copy', 'json'], arrays: [[]], tables: ['users'] },
  joins: [
    { role: 'identities', file: table('identities'), ...ofUser },
    { role: 'factors', file: table('mfa_factors'), ...ofUser },
    { role: 'passkeys', file: table('webauthn_credentials'), ...ofUser },
  ],
  map(raw, options) {
    const draft = new Draft(options)
    if (draft.isTime(raw.deleted_at)) return draft.skip('deleted')
    if (isYes(raw.is_anonymous)) return draft.skip('anonymous')
    draft.externalId(raw.id)
    readAddresses(draft, raw)
    readIdentities(draft, raw)
    readMetadata(draft, raw)
    readPassword(draft, raw)
    readFactors(draft, raw)
    if (raw.banned_until === 'infinity' || draft.isAhead(raw.banned_until, 'banned_until')) draft.block()
    draft.createdAt(raw.created_at, 'created_at')
    draft.updatedAt(raw.updated_at, 'updated_at')
    draft.lastSeenAt(raw.last_sign_in_at, 'last_sign_in_at')
    return draft.finish()
  },
}

/** Users of single sign-on may share an address with others: theirs is not unique there, and proves nothing here. */
function readAddresses(draft: Draft, raw: Raw): void {
  const isSso = isYes(raw.is_sso_user)
  const emailAt = raw.email_confirmed_at
  if (isSso && textOf(raw.email) !== undefined) draft.note('sso_address_unproven', 'email')
  draft.emailAddress(raw.email, { field: 'email', verified: !isSso && draft.isTime(emailAt), verifiedAt: emailAt })
  const phoneAt = raw.phone_confirmed_at
  const verified = draft.isTime(phoneAt)
  draft.phoneNumber(raw.phone, { field: 'phone', verified, verifiedAt: phoneAt, lacksPlus: true })
  draft.emailAddress(raw.email_change, { field: 'email_change', verified: false })
  draft.phoneNumber(raw.phone_change, { field: 'phone_change', verified: false, lacksPlus: true })
}

/** Older dumps have the provider's subject as `id`. */
function readIdentities(draft: Draft, raw: Raw): void {
  for (const [i, identity] of rowsOf(raw.identities).entries()) {
    const { provider, provider_id, id, identity_data } = identity
    if (OWN.includes(provider)) continue
    const subject = provider_id ?? membersOf(identity_data).sub ?? id
    draft.federatedIdentity(provider, subject, `identities.${i}`)
  }
}

function readMetadata(draft: Draft, raw: Raw): void {
  const { provider: _, providers: __, role, roles, ...rest } = membersOf(raw.raw_app_meta_data)
  draft.groups(role, 'raw_app_meta_data.role')
  draft.groups(roles, 'raw_app_meta_data.roles')
  draft.leave('private_metadata', rest, 'raw_app_meta_data')
  const own = Object.entries(membersOf(raw.raw_user_meta_data)).filter(([name]) => !NOT_PROFILE.includes(name))
  draft.profile(Object.fromEntries(own))
}

function readPassword(draft: Draft, raw: Raw): void {
  const hash = textOf(raw.encrypted_password)
  if (hash !== undefined) draft.passwordHash(rewriteSupabaseHash(hash), 'encrypted_password')
}

/** `$fbscrypt$v=1,n=14,r=8,p=1,ss=…,sk=…$salt$hash`; whatever else is as it is. */
function rewriteSupabaseHash(text: string): string {
  const form = /^\$fbscrypt\$v=1,n=(\d+),r=(\d+),p=1(?:,ss=([^,$]*))?,sk=([^,$]+)\$([^$]+)\$([^$]+)$/
  const [whole, memCost, rounds, saltSeparator = '', base64 = '', salt = '', hash = ''] = form.exec(text) ?? []
  if (whole === undefined) return text
  const parameters = { memCost: Number(memCost), rounds: Number(rounds), saltSeparator, signerKey: { base64 } }
  return firebaseForm(parameters, salt, hash)
}

const FACTORS: Readonly<Record<string, string>> = { totp: 'totp', webauthn: 'passkey' }

/** Those that were never verified were never used. */
function readFactors(draft: Draft, raw: Raw): void {
  const used = (factor: Members) => factor.status === undefined || factor.status === 'verified'
  for (const [i, factor] of rowsOf(raw.factors).filter(used).entries()) {
    draft.leave(FACTORS[textOf(factor.factor_type) ?? ''] ?? 'second_factor', factor, `factors.${i}`)
  }
  for (const [i, passkey] of rowsOf(raw.passkeys).entries()) draft.leave('passkey', passkey, `passkeys.${i}`)
}
