import { Draft } from '../draft.ts'
import { isNo, isYes, itemsOf, keyOf, membersOf, rowsOf, textOf } from '../raw-value.ts'
import type { Raw, Source } from '../source.ts'

type Members = Readonly<Record<string, unknown>>

const modelOf = (row: Raw): string => textOf(row.model)?.toLowerCase() ?? ''
/** A row of `dumpdata`, or one of SQL, which has its columns beside the key. */
const fieldsOf = (row: Raw): Members => (row.fields === undefined ? row : membersOf(row.fields))

/** By its key, or by its natural one, all of it; a name of digits is no key. */
const reference = (value: unknown): readonly string[] => {
  if (!Array.isArray(value)) return keyOf(value).map((key) => `key ${key}`)
  const names = value.flatMap(keyOf)
  return names.length > 0 && names.length === value.length ? [`name ${JSON.stringify(names)}`] : []
}
const referencesOf = (list: unknown): readonly string[] => itemsOf(list).flatMap(reference)

const byUser = (pattern: RegExp) => ({
  file: 'users' as const,
  rowKeys: (row: Raw) => (pattern.test(modelOf(row)) ? reference(fieldsOf(row).user) : []),
  userKeys: (user: Raw) => [...reference(user.pk ?? user.id), ...reference([fieldsOf(user).username])],
})

/** `manage.py dumpdata`: users among the other models, in one file. https://docs.djangoproject.com/en/stable/topics/auth/ */
export const django: Source = {
  name: 'django',
  users: {
    containers: ['ndjson', 'json', 'csv', 'copy'],
    arrays: [[]],
    tables: ['auth_user'],
    // Projects have their own model of a user, which is known by its password.
    isUser: (row) => row.model === undefined || textOf(fieldsOf(row).password) !== undefined,
  },
  joins: [
    { role: 'emails', ...byUser(/^account\.emailaddress$/) },
    { role: 'social_accounts', ...byUser(/^socialaccount\.socialaccount$/) },
    { role: 'factors', ...byUser(/(^otp_\w+\.\w+|^mfa\.authenticator|^two_factor\.\w+)$/) },
    {
      role: 'group_rows',
      file: 'users',
      rowKeys: (row) =>
        modelOf(row) === 'auth.group' ? [...reference(row.pk), ...reference([fieldsOf(row).name])] : [],
      userKeys: (user) => referencesOf(fieldsOf(user).groups),
    },
  ],
  map(raw, options) {
    const draft = new Draft(options)
    const fields = fieldsOf(raw)
    draft.externalId(raw.pk ?? raw.id)
    // Without allauth nobody asked.
    draft.emailAddress(fields.email, { field: 'email', verified: false })
    readEmails(draft, raw)
    draft.phoneNumber(fields.phone_number ?? fields.phone, { field: 'phone', verified: false })
    draft.names({ first_name: fields.first_name, last_name: fields.last_name, name: fields.name })
    draft.username(fields.username, 'username')
    readGroups(draft, raw, fields)
    for (const [i, account] of rowsOf(raw.social_accounts).map(fieldsOf).entries()) {
      draft.federatedIdentity(account.provider, account.uid, `social_accounts.${i}`)
    }
    for (const [i, row] of rowsOf(raw.factors).entries()) readFactor(draft, row, `factors.${i}`)
    readPassword(draft, textOf(fields.password))
    if (isNo(fields.is_active)) draft.block()
    draft.createdAt(fields.date_joined, 'date_joined')
    draft.lastSeenAt(fields.last_login, 'last_login')
    return draft.finish()
  },
}

function readEmails(draft: Draft, raw: Raw): void {
  for (const [i, { email, verified }] of rowsOf(raw.emails).map(fieldsOf).entries()) {
    draft.emailAddress(email, { field: `emails.${i}`, verified: isYes(verified) })
  }
}

/** A dump names a user's groups by their keys, whose names are in rows of their own. */
function readGroups(draft: Draft, raw: Raw, fields: Members): void {
  const names = rowsOf(raw.group_rows).flatMap((row) => textOf(fieldsOf(row).name) ?? [])
  const given = itemsOf(fields.groups)
  draft.groups(names, 'groups')
  const isNamed = (group: unknown) => typeof group === 'string' && !/^\d+$/.test(group)
  draft.groups(given.filter(isNamed), 'groups')
  const keys = given.filter((group) => !isNamed(group))
  if (keys.length > names.length) draft.leave('group_membership', keys, 'groups')
  if (isYes(fields.is_staff)) draft.groups('staff', 'is_staff')
  if (isYes(fields.is_superuser)) draft.groups('superuser', 'is_superuser')
}

/** allauth keeps passkeys and codes in one table with the secrets. */
function readFactor(draft: Draft, row: Members, field: string): void {
  const type = textOf(fieldsOf(row).type) ?? modelOf(row)
  const kind = /webauthn/.test(type) ? 'passkey' : /recovery|static/.test(type) ? 'recovery_codes' : 'totp'
  draft.leave(kind, row, field)
}

/** What begins with an exclamation mark matches no password. */
function readPassword(draft: Draft, hash: string | undefined): void {
  if (hash !== undefined && !hash.startsWith('!')) draft.passwordHash(hash, 'password')
}
