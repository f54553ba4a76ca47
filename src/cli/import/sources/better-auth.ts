import { Draft } from '../draft.ts'
import { hexBytes, scryptForm, utf8Bytes } from '../password-form.ts'
import { isYes, keyOf, rowsOf, textOf, textsOf } from '../raw-value.ts'
import type { Raw, RowFile, Source } from '../source.ts'

const table = (...tables: string[]): RowFile => ({ containers: ['csv', 'ndjson', 'copy'], tables })
const ofUser = {
  rowKeys: (row: Raw) => keyOf(row.userId ?? row.user_id),
  userKeys: (user: Raw) => keyOf(user.id),
}

/** What the libraries themselves prove. */
const OWN = ['credential', 'credentials', 'email', 'email-otp', 'magic-link', 'phone-number', 'nodemailer', 'resend']

/** The tables of Better Auth, and those of Auth.js, whose adapters write the same names in small letters with underscores. https://better-auth.com/docs/concepts/database */
export const betterAuth: Source = {
  name: 'better-auth',
  aliases: ['auth.js', 'authjs', 'next-auth', 'nextauth'],
  users: { containers: ['ndjson', 'csv', 'json', 'copy'], arrays: [[], ['users']], tables: ['user', 'users'] },
  joins: [
    { role: 'accounts', file: table('account', 'accounts'), ...ofUser },
    { role: 'passkeys', file: table('passkey', 'Authenticator', 'authenticators'), ...ofUser },
    { role: 'factors', file: table('twoFactor', 'two_factor'), ...ofUser },
  ],
  map(raw, options) {
    const draft = new Draft(options)
    if (isYes(raw.isAnonymous ?? raw.is_anonymous)) return draft.skip('anonymous')
    draft.externalId(raw.id)
    readAddresses(draft, raw)
    draft.names({ name: raw.name, picture: raw.image })
    draft.username(raw.username, 'username')
    draft.groups(textsOf(raw.role).flatMap(splitRoles), 'role')
    readAccounts(draft, raw)
    readPassword(draft, raw.password ?? raw.passwordHash ?? raw.password_hash ?? raw.hashedPassword, 'password')
    for (const [i, row] of rowsOf(raw.passkeys).entries()) draft.leave('passkey', row, `passkeys.${i}`)
    // Secret and codes are encrypted with the application's own secret.
    for (const [i, row] of rowsOf(raw.factors).entries()) draft.leave('totp_encrypted', row, `factors.${i}`)
    readBan(draft, raw)
    draft.createdAt(raw.createdAt ?? raw.created_at, 'createdAt')
    draft.updatedAt(raw.updatedAt ?? raw.updated_at, 'updatedAt')
    return draft.finish()
  },
}

/** `emailVerified` is yes or no in the one, a time or none in the other. */
function readAddresses(draft: Draft, raw: Raw): void {
  const said = raw.emailVerified ?? raw.email_verified
  const at = isYes(said) ? undefined : said
  const isTime = !isFlag(said) && draft.isTime(at)
  draft.emailAddress(raw.email, {
    field: 'email',
    verified: isYes(said) || isTime,
    ...(isTime && { verifiedAt: at }),
  })
  const verified = isYes(raw.phoneNumberVerified ?? raw.phone_number_verified)
  draft.phoneNumber(raw.phoneNumber ?? raw.phone_number, { field: 'phoneNumber', verified })
}

const isFlag = (value: unknown): boolean => typeof value === 'boolean' || /^[01tf]$/i.test(textOf(value) ?? '')

const splitRoles = (roles: string): string[] => roles.split(',').map((role) => role.trim())

function readAccounts(draft: Draft, raw: Raw): void {
  for (const [i, account] of rowsOf(raw.accounts).entries()) {
    const provider = textOf(account.providerId ?? account.provider_id ?? account.provider)
    const subject = account.accountId ?? account.account_id ?? account.providerAccountId ?? account.provider_account_id
    readPassword(draft, account.password, `accounts.${i}.password`)
    if (provider !== undefined && !OWN.includes(provider)) draft.federatedIdentity(provider, subject, `accounts.${i}`)
  }
}

/** Better Auth writes salt and key in hex, and the salt is the hex text itself. What an application hashed is as it is. */
function readPassword(draft: Draft, value: unknown, field: string): void {
  const text = textOf(value)
  if (text === undefined) return
  const [, salt, key] = /^([0-9a-f]{32}):([0-9a-f]{128})$/.exec(text) ?? []
  const cost = { n: 16384, r: 16, p: 1 }
  const rewritten = salt === undefined ? text : scryptForm(cost, { salt: utf8Bytes(salt), key: hexBytes(key) })
  draft.passwordHash(rewritten, field)
}

function readBan(draft: Draft, raw: Raw): void {
  const expires = raw.banExpires ?? raw.ban_expires
  if (!isYes(raw.banned)) return
  if (draft.isTime(expires) && !draft.isAhead(expires, 'banExpires')) draft.note('ban_ended', 'banExpires')
  else draft.block()
}
