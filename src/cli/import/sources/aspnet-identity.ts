import { Draft } from '../draft.ts'
import { readDate } from '../legacy-date.ts'
import { isNo, isYes, keyOf, rowsOf, textOf, textsOf } from '../raw-value.ts'
import type { Raw, RowFile, Source } from '../source.ts'

const file: RowFile = { containers: ['csv', 'ndjson', 'json', 'copy'], arrays: [[]] }
const ofUser = { rowKeys: (row: Raw) => keyOf(row.UserId), userKeys: (user: Raw) => keyOf(user.Id) }
const table = (role: string, name: string) => ({ role, file: { ...file, tables: [name] }, ...ofUser })

/** Failed attempts lock for minutes; who locks for years means for good. */
const FOR_GOOD_MS = 365 * 24 * 3_600_000

/** Rows of `AspNetUsers`; roles with their names joined. There is no time of creation. https://learn.microsoft.com/aspnet/core/security/authentication/identity */
export const aspnetIdentity: Source = {
  name: 'aspnet-identity',
  aliases: ['aspnet', 'identity'],
  users: { ...file, tables: ['AspNetUsers'] },
  joins: [
    table('logins', 'AspNetUserLogins'),
    table('roles', 'AspNetUserRoles'),
    table('claims', 'AspNetUserClaims'),
    table('tokens', 'AspNetUserTokens'),
  ],
  map(raw, options) {
    const draft = new Draft(options)
    draft.externalId(raw.Id)
    draft.emailAddress(raw.Email, { field: 'Email', verified: isYes(raw.EmailConfirmed) })
    draft.phoneNumber(raw.PhoneNumber, { field: 'PhoneNumber', verified: isYes(raw.PhoneNumberConfirmed) })
    draft.username(raw.UserName, 'UserName')
    draft.groups(rolesOf(raw), 'roles')
    for (const [i, { LoginProvider, ProviderKey }] of rowsOf(raw.logins).entries()) {
      draft.federatedIdentity(LoginProvider, ProviderKey, `logins.${i}`)
    }
    draft.passwordHash(textOf(raw.PasswordHash), 'PasswordHash')
    draft.leave('claim', raw.claims, 'claims')
    readTokens(draft, raw)
    readLockout(draft, raw, options.now)
    return draft.finish()
  },
}

const rolesOf = (raw: Raw): readonly unknown[] => [
  ...textsOf(raw.roles),
  ...rowsOf(raw.roles).map(({ Name, RoleName }) => Name ?? RoleName),
]

const LEFT: Readonly<Record<string, string>> = { AuthenticatorKey: 'totp', RecoveryCodes: 'recovery_codes' }

function readTokens(draft: Draft, raw: Raw): void {
  const tokens = rowsOf(raw.tokens)
  for (const [i, { Name, Value }] of tokens.entries()) {
    const kind = LEFT[textOf(Name) ?? '']
    if (kind !== undefined) draft.leave(kind, Value, `tokens.${i}`)
  }
  if (isYes(raw.TwoFactorEnabled) && tokens.length === 0) draft.note('second_factor', 'TwoFactorEnabled')
}

/** An end counts only where lockout is on, which it is by default. */
function readLockout(draft: Draft, raw: Raw, now: number): void {
  const end = readDate(raw.LockoutEnd ?? raw.LockoutEndDateUtc)
  if (end.kind !== 'time' || end.ms <= now || isNo(raw.LockoutEnabled)) return
  if (end.ms - now > FOR_GOOD_MS) draft.block()
  else draft.note('lock_ends', 'LockoutEnd')
}
