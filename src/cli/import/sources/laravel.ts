import { Draft } from '../draft.ts'
import { isYes, keyOf, rowsOf, textOf, textsOf } from '../raw-value.ts'
import type { Raw, Source } from '../source.ts'

/** Columns that applications add beside Socialite. */
const SUBJECT_COLUMN = /^(google|github|facebook|apple|microsoft|azure|okta)_(id|sub)$/

/** Rows of `users`; roles as spatie/laravel-permission keeps them, with the names joined. */
export const laravel: Source = {
  name: 'laravel',
  users: { containers: ['ndjson', 'csv', 'json', 'copy'], arrays: [[]], tables: ['users'] },
  joins: [
    {
      role: 'roles',
      file: { containers: ['csv', 'ndjson'] },
      // Other models may have roles as well, under the same numbers.
      rowKeys: (row) => (/(^|\\)users?$/i.test(textOf(row.model_type) ?? 'user') ? keyOf(row.model_id) : []),
      userKeys: (user) => keyOf(user.id),
    },
    {
      role: 'social_accounts',
      file: { containers: ['csv', 'ndjson', 'copy'], tables: ['social_accounts'] },
      rowKeys: (row) => keyOf(row.user_id),
      userKeys: (user) => keyOf(user.id),
    },
  ],
  map(raw, options) {
    const draft = new Draft(options)
    if (draft.isTime(raw.deleted_at)) return draft.skip('deleted')
    draft.externalId(raw.id)
    readAddresses(draft, raw)
    draft.names({ name: raw.name, first_name: raw.first_name, last_name: raw.last_name, picture: raw.avatar })
    draft.username(raw.username, 'username')
    draft.groups(raw.role, 'role')
    draft.groups(rolesOf(raw), 'roles')
    readProviders(draft, raw)
    draft.passwordHash(textOf(raw.password), 'password')
    // Fortify encrypts both with the application's key.
    draft.leave('totp_encrypted', raw.two_factor_secret, 'two_factor_secret')
    draft.leave('recovery_codes', raw.two_factor_recovery_codes, 'two_factor_recovery_codes')
    if (draft.isTime(raw.banned_at) || isYes(raw.is_banned) || isYes(raw.banned)) draft.block()
    draft.createdAt(raw.created_at, 'created_at')
    draft.updatedAt(raw.updated_at, 'updated_at')
    draft.lastSeenAt(raw.last_login_at, 'last_login_at')
    return draft.finish()
  },
}

function readAddresses(draft: Draft, raw: Raw): void {
  const emailAt = raw.email_verified_at
  draft.emailAddress(raw.email, { field: 'email', verified: draft.isTime(emailAt), verifiedAt: emailAt })
  const phoneAt = raw.phone_verified_at
  const verified = draft.isTime(phoneAt)
  draft.phoneNumber(raw.phone ?? raw.phone_number, { field: 'phone', verified, verifiedAt: phoneAt })
}

const rolesOf = (raw: Raw): readonly unknown[] => [
  ...textsOf(raw.roles),
  ...rowsOf(raw.roles).map(({ name, role, role_name }) => role_name ?? role ?? name),
]

function readProviders(draft: Draft, raw: Raw): void {
  for (const [column, subject] of Object.entries(raw)) {
    const [, provider] = SUBJECT_COLUMN.exec(column) ?? []
    if (provider !== undefined && textOf(subject) !== undefined) draft.federatedIdentity(provider, subject, column)
  }
  if (textOf(raw.provider) !== undefined) draft.federatedIdentity(raw.provider, raw.provider_id, 'provider')
  for (const [i, row] of rowsOf(raw.social_accounts).entries()) {
    const subject = row.provider_user_id ?? row.provider_id
    draft.federatedIdentity(row.provider ?? row.provider_name, subject, `social_accounts.${i}`)
  }
}
