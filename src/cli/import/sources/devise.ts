import { Draft } from '../draft.ts'
import { pepperedForm } from '../password-form.ts'
import { keyOf, rowsOf, textOf } from '../raw-value.ts'
import type { Raw, Source } from '../source.ts'

/** Rows of `users`, as Devise or Rails' own generator has them; accounts of OmniAuth in columns or in a table. https://github.com/heartcombo/devise */
export const devise: Source = {
  name: 'devise',
  aliases: ['rails'],
  users: { containers: ['ndjson', 'csv', 'json', 'copy'], arrays: [[]], tables: ['users'] },
  joins: [
    {
      role: 'identities',
      file: { containers: ['csv', 'ndjson', 'copy'], tables: ['identities', 'authentications'] },
      rowKeys: (row) => keyOf(row.user_id),
      userKeys: (user) => keyOf(user.id),
    },
  ],
  map(raw, options) {
    const draft = new Draft(options)
    if (draft.isTime(raw.deleted_at) || draft.isTime(raw.discarded_at)) return draft.skip('deleted')
    draft.externalId(raw.id)
    readAddresses(draft, raw)
    draft.names({ name: raw.name, first_name: raw.first_name, last_name: raw.last_name, locale: raw.locale })
    draft.username(raw.username ?? raw.login, 'username')
    draft.groups(raw.role, 'role')
    draft.groups(raw.roles, 'roles')
    if (textOf(raw.provider) !== undefined) draft.federatedIdentity(raw.provider, raw.uid, 'provider')
    for (const [i, { provider, uid }] of rowsOf(raw.identities).entries()) {
      draft.federatedIdentity(provider, uid, `identities.${i}`)
    }
    const hash = textOf(raw.encrypted_password) ?? textOf(raw.password_digest)
    draft.passwordHash(hash === undefined ? undefined : pepperedForm(options.pepper, hash), 'encrypted_password')
    // Encrypted with the application's key, or by the gem's own.
    draft.leave('totp_encrypted', raw.otp_secret ?? raw.encrypted_otp_secret, 'otp_secret')
    draft.leave('recovery_codes', raw.otp_backup_codes, 'otp_backup_codes')
    readLock(draft, raw)
    draft.createdAt(raw.created_at, 'created_at')
    draft.updatedAt(raw.updated_at, 'updated_at')
    draft.lastSeenAt(raw.current_sign_in_at ?? raw.last_sign_in_at, 'last_sign_in_at')
    return draft.finish()
  },
}

/** Without Confirmable there is no column, and nothing is proven. */
function readAddresses(draft: Draft, raw: Raw): void {
  const at = raw.confirmed_at
  const verified = draft.isTime(at)
  draft.emailAddress(raw.email ?? raw.email_address, { field: 'email', verified, verifiedAt: at })
  draft.emailAddress(raw.unconfirmed_email, { field: 'unconfirmed_email', verified: false })
  draft.phoneNumber(raw.phone ?? raw.phone_number, { field: 'phone', verified: false })
}

/** Failed attempts lock until an hour is over or a letter is answered; a lock without any was set by somebody. */
function readLock(draft: Draft, raw: Raw): void {
  if (!draft.isTime(raw.locked_at)) return
  if (Number(textOf(raw.failed_attempts) ?? 0) > 0) draft.note('lock_ends', 'locked_at')
  else draft.block()
}
