import { Draft } from '../draft.ts'
import { readProvider } from '../provider-name.ts'
import { isNo, isYes, keyOf, rowsOf, textOf } from '../raw-value.ts'
import type { Raw, Source } from '../source.ts'

type Members = Readonly<Record<string, unknown>>

/** Attributes with a place of their own. */
const PLACED = [
  ...['sub', 'email', 'email_verified', 'phone_number', 'phone_number_verified', 'identities', 'preferred_username'],
  ...['given_name', 'family_name', 'name', 'nickname', 'picture', 'locale', 'updated_at', 'cognito:user_status'],
]

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html; without hashes, which nobody can have. */
export const cognito: Source = {
  name: 'cognito',
  users: { containers: ['json', 'ndjson'], arrays: [['Users'], []] },
  joins: [
    {
      role: 'groups',
      file: { containers: ['csv', 'ndjson', 'json'], arrays: [[]] },
      rowKeys: (row) => (textOf(row.GroupName) === undefined ? [] : keyOf(row.Username)),
      userKeys: (user) => keyOf(user.Username),
    },
  ],
  map(raw, options) {
    const draft = new Draft(options)
    if (raw.UserStatus === 'ARCHIVED') return draft.skip('archived')
    const attributes = attributesOf(raw)
    draft.externalId(attributes.sub ?? raw.Username)
    readAddresses(draft, attributes)
    readUsername(draft, raw, attributes)
    readProfile(draft, attributes)
    readIdentities(draft, attributes)
    draft.groups(
      rowsOf(raw.groups).map(({ GroupName }) => GroupName),
      'groups',
    )
    draft.leave('second_factor', raw.UserMFASettingList ?? raw.MFAOptions, 'UserMFASettingList')
    if (isNo(raw.Enabled)) draft.block()
    draft.createdAt(raw.UserCreateDate, 'UserCreateDate')
    draft.updatedAt(raw.UserLastModifiedDate, 'UserLastModifiedDate')
    return draft.finish()
  },
}

/** A list of names and values, all of them text; `admin-get-user` calls the list by another name. */
function attributesOf(raw: Raw): Members {
  const rows = [...rowsOf(raw.Attributes), ...rowsOf(raw.UserAttributes)]
  return Object.fromEntries(rows.flatMap(({ Name, Value }) => (typeof Name === 'string' ? [[Name, Value]] : [])))
}

function readAddresses(draft: Draft, { email, email_verified, phone_number, phone_number_verified }: Members): void {
  draft.emailAddress(email, { field: 'email', verified: isYes(email_verified) })
  draft.phoneNumber(phone_number, { field: 'phone_number', verified: isYes(phone_number_verified) })
}

/** The name of a provider is the pool's to choose, its type is not. */
function readIdentities(draft: Draft, attributes: Members): void {
  for (const [i, { providerType, providerName, userId }] of rowsOf(attributes.identities).entries()) {
    const field = `identities.${i}`
    if (readProvider(textOf(providerType) ?? '') !== undefined) draft.federatedIdentity(providerType, userId, field)
    else draft.leave('provider_unknown', { provider: providerName, subject: userId }, field)
  }
}

/** `Username` may be the sub or the address, which say nothing new, or belong to a provider, `Google_1093…`. */
function readUsername(draft: Draft, raw: Raw, attributes: Members): void {
  const name = textOf(raw.Username)
  const isOwn = name !== textOf(attributes.sub) && raw.UserStatus !== 'EXTERNAL_PROVIDER'
  if (isOwn) draft.username(name, 'Username')
  if (!isOwn || name === undefined) draft.username(attributes.preferred_username, 'preferred_username')
}

function readProfile(draft: Draft, attributes: Members): void {
  const { given_name, family_name, name, nickname, picture, locale } = attributes
  draft.names({ first_name: given_name, last_name: family_name, name, nickname, picture, locale })
  const others = Object.entries(attributes).filter(([name]) => !PLACED.includes(name))
  draft.profile(Object.fromEntries(others.map(([name, value]) => [name.replace(/^(dev:)?custom:/, ''), value])))
}
