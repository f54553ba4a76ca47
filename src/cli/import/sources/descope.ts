import { normaliseEmailAddress } from '../../../core/identifiers/identifier.ts'
import { Draft } from '../draft.ts'
import { readProvider } from '../provider-name.ts'
import { isYes, itemsOf, keyOf, membersOf, rowsOf, textOf, textsOf } from '../raw-value.ts'
import type { Raw, Source } from '../source.ts'

const HASH_COLUMNS = ['hash', 'passwordHash', 'password_hash', 'hashedPassword', 'password'] as const

/** Users choose login ids: one that reads like somebody's id is still none. */
const idKeys = (id: unknown): readonly string[] => keyOf(id).map((key) => `id ${key}`)
const loginKeys = (ids: readonly unknown[]): readonly string[] => ids.flatMap(keyOf).map((key) => `login ${key}`)

/** https://docs.descope.com/api/management/users/search; hashes as a CSV by support. */
export const descope: Source = {
  name: 'descope',
  users: { containers: ['json', 'ndjson', 'csv'], arrays: [['users'], []] },
  joins: [
    {
      role: 'hashes',
      file: { containers: ['csv', 'json', 'ndjson'], arrays: [[], ['users']] },
      rowKeys: ({ userId, loginId, email }) =>
        textOf(userId) === undefined ? loginKeys([loginId ?? email]) : idKeys(userId),
      userKeys: (user) => [...new Set([...idKeys(user.userId), ...loginKeys(itemsOf(user.loginIds))])],
    },
  ],
  map(raw, options) {
    const draft = new Draft(options)
    if (isYes(raw.test)) return draft.skip('test_user')
    draft.externalId(raw.userId)
    for (const id of textsOf(raw.externalIds)) draft.leave('external_id', id, 'externalIds')
    draft.emailAddress(raw.email, { field: 'email', verified: isYes(raw.verifiedEmail) })
    draft.phoneNumber(raw.phone, { field: 'phone', verified: isYes(raw.verifiedPhone) })
    const { givenName, familyName, name, picture } = raw
    draft.names({ first_name: givenName, last_name: familyName, name, picture })
    draft.profile(membersOf(raw.customAttributes))
    readGroups(draft, raw)
    readLoginIds(draft, raw)
    for (const row of rowsOf(raw.hashes)) {
      draft.passwordHash(HASH_COLUMNS.flatMap((column) => textOf(row[column]) ?? [])[0], 'hashes')
    }
    for (const factor of ['TOTP', 'webauthn'] as const) if (isYes(raw[factor])) draft.note('second_factor', factor)
    if (isYes(raw.SAML)) draft.note('provider_unknown', 'SAML')
    if (raw.status === 'disabled') draft.block()
    draft.createdAt(raw.createdTime, 'createdTime')
    return draft.finish()
  },
}

function readGroups(draft: Draft, raw: Raw): void {
  draft.groups(raw.roleNames, 'roleNames')
  for (const { tenantId, roleNames } of rowsOf(raw.userTenants)) {
    draft.groups(
      textsOf(roleNames).map((name) => `${textOf(tenantId) ?? ''}:${name}`),
      'userTenants.roleNames',
    )
  }
}

/**
 * A login id may be anything, and users choose some of theirs. That of a provider is its name and the subject, and the provider is named besides: of
 * two that look like that, one may be made up.
 */
function readLoginIds(draft: Draft, raw: Raw): void {
  const ids = textsOf(raw.loginIds)
  const providers = new Set(Object.entries(membersOf(raw.OAuth)).flatMap(([name, isOn]) => (isYes(isOn) ? [name] : [])))
  const isOnly = (provider: string) => ids.filter((id) => id.startsWith(`${provider}-`)).length === 1
  for (const [i, id] of ids.entries()) {
    const [provider = '', ...subject] = id.split('-')
    if (readProvider(provider) !== undefined && providers.has(provider) && isOnly(provider)) {
      providers.delete(provider)
      draft.federatedIdentity(provider, subject.join('-'), `loginIds.${i}`)
    } else if (normaliseEmailAddress(id) === undefined && !/^\+\d+$/.test(id)) draft.username(id, `loginIds.${i}`)
    else if (id !== textOf(raw.email) && id !== textOf(raw.phone)) draft.leave('login_id', id, `loginIds.${i}`)
  }
  for (const name of providers) draft.note('provider_subject_missing', `OAuth.${name}`)
}
