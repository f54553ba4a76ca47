import { Draft } from '../draft.ts'
import { isNo, isYes, keyOf, membersOf, rowsOf, textOf, textsOf } from '../raw-value.ts'
import type { Raw, RowFile, Source } from '../source.ts'
import { rewriteFusionauthHash } from './fusionauth-hash.ts'

type Members = Readonly<Record<string, unknown>>

const table = (name: string): RowFile => ({ containers: ['csv', 'ndjson', 'copy'], tables: [name] })
const ofUser = { rowKeys: (row: Raw) => keyOf(row.users_id ?? row.userId), userKeys: (user: Raw) => keyOf(user.id) }

/** Users of the API, or of the tables `users` and `identities`; only the latter have hashes. https://fusionauth.io/docs/apis/users */
export const fusionauth: Source = {
  name: 'fusionauth',
  users: { containers: ['json', 'ndjson', 'csv', 'copy'], arrays: [['users'], []], tables: ['users'] },
  joins: [
    { role: 'identities', file: table('identities'), ...ofUser },
    {
      role: 'links',
      file: { ...table('identity_provider_links'), arrays: [['identityProviderLinks'], []] },
      ...ofUser,
    },
  ],
  map(raw, options) {
    const draft = new Draft(options)
    if (isNo(raw.active)) return draft.skip('deleted')
    draft.externalId(raw.id)
    const unasked = unaskedOf(raw)
    for (const [i, row] of [raw, ...rowsOf(raw.identities)].entries()) {
      readIdentity(draft, row, i === 0 ? '' : `identities.${i - 1}.`, unasked)
    }
    draft.phoneNumber(raw.mobilePhone ?? raw.mobile_phone, { field: 'mobilePhone', verified: false })
    const { firstName, lastName, fullName, imageUrl, preferredLanguages } = raw
    const locale = textsOf(preferredLanguages)[0]
    draft.names({ first_name: firstName, last_name: lastName, name: fullName, picture: imageUrl, locale })
    readGroups(draft, raw)
    for (const [i, link] of rowsOf(raw.links).entries()) {
      const provider = link.identityProviderType ?? link.identity_provider_type
      const subject = link.identityProviderUserId ?? link.identity_providers_user_id
      draft.federatedIdentity(provider, subject, `links.${i}`)
    }
    draft.leave('private_metadata', membersOf(raw.data), 'data')
    readFactors(draft, membersOf(raw.twoFactor))
    if (isYes(raw.passwordChangeRequired)) draft.note('password_change_required', 'passwordChangeRequired')
    draft.createdAt(raw.insertInstant ?? raw.insert_instant, 'insertInstant')
    draft.updatedAt(raw.lastUpdateInstant ?? raw.last_update_instant, 'lastUpdateInstant')
    draft.lastSeenAt(raw.lastLoginInstant ?? raw.last_login_instant, 'lastLoginInstant')
    return draft.finish()
  },
}

/** Why an identity says that it is verified although nobody has shown that it is theirs. */
const NOBODY_ASKED: readonly unknown[] = ['Disabled', 'Skipped', 'Unverifiable', 'Pending']

/** Addresses and numbers that call themselves verified and are not; the user says the same again. */
const unaskedOf = (raw: Raw): readonly unknown[] =>
  rowsOf(raw.identities).flatMap(({ verifiedReason, value, email }) =>
    NOBODY_ASKED.includes(verifiedReason) ? [value ?? email] : [],
  )

/** The user itself, a row of the table, or one of the API's list, which has a type and a value. */
function readIdentity(draft: Draft, row: Members, place: string, unasked: readonly unknown[]): void {
  const [type, value] = [textOf(row.type), row.value]
  const address = type === 'email' ? value : row.email
  const verified = isYes(row.verified) && !unasked.includes(value ?? address)
  draft.emailAddress(address, { field: `${place}email`, verified })
  if (type === 'phoneNumber') draft.phoneNumber(value, { field: `${place}phoneNumber`, verified })
  draft.username(type === 'username' ? value : row.username, `${place}username`)
  if (textOf(row.password) === undefined) return
  const hash = rewriteFusionauthHash(row)
  if (hash !== undefined) draft.passwordHash(hash, `${place}password`)
  else {
    const { encryptionScheme, encryption_scheme, factor, salt, password } = row
    const kept = { scheme: encryptionScheme ?? encryption_scheme, factor, salt, password }
    draft.leave('password_unreadable', kept, `${place}password`)
  }
}

/** Memberships name groups by their ids alone. */
function readGroups(draft: Draft, raw: Raw): void {
  for (const { roles } of rowsOf(raw.registrations)) draft.groups(roles, 'registrations.roles')
  draft.leave('group_membership', raw.memberships, 'memberships')
}

function readFactors(draft: Draft, { methods, recoveryCodes }: Members): void {
  for (const [i, method] of rowsOf(methods).entries()) {
    draft.leave(method.method === 'authenticator' ? 'totp' : 'second_factor', method, `twoFactor.methods.${i}`)
  }
  draft.leave('recovery_codes', recoveryCodes, 'twoFactor.recoveryCodes')
}
