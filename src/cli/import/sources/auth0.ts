import { Draft } from '../draft.ts'
import { isYes, membersOf, rowsOf, textOf, valueAt } from '../raw-value.ts'
import type { Raw, Source } from '../source.ts'
import { rewriteAuth0Hash } from './auth0-hash.ts'

type Members = Readonly<Record<string, unknown>>

/** Import after export doubles the prefix; the hash file has none. */
const bareIds = (id: unknown): readonly string[] => {
  const text = textOf(id)
  return text === undefined ? [] : [text.replace(/^(auth0\|)+/, '')]
}
const hashIds = (row: Raw): readonly string[] =>
  [row._id, row._ID, row.alt_id].flatMap((id) => bareIds(valueAt(id, '$oid') ?? id))

/** What Auth0 itself is: a database of passwords, codes by e-mail and SMS. */
const OWN: readonly unknown[] = ['auth0', 'email', 'sms']

/** https://auth0.com/docs/manage-users/user-migration/bulk-user-exports */
export const auth0: Source = {
  name: 'auth0',
  users: { containers: ['ndjson', 'json', 'csv'], arrays: [[], ['users']], textPrefix: "'" },
  joins: [
    {
      role: 'hashes',
      file: { containers: ['ndjson', 'json'], arrays: [[]] },
      rowKeys: hashIds,
      userKeys: (user) => [...new Set(databaseIds(user).flatMap(bareIds))],
    },
  ],
  map(raw, options) {
    const draft = new Draft(options)
    draft.externalId(raw.user_id)
    draft.emailAddress(raw.email, { field: 'email', verified: isYes(raw.email_verified) })
    draft.phoneNumber(raw.phone_number, { field: 'phone_number', verified: isYes(raw.phone_verified) })
    draft.username(raw.username, 'username')
    const { given_name, family_name, name, nickname, picture } = raw
    draft.names({ first_name: given_name, last_name: family_name, name, nickname, picture })
    readMetadata(draft, raw)
    rowsOf(raw.identities).forEach((identity, i) => {
      readIdentity(draft, identity, `identities.${i}`, raw)
    })
    readHashes(draft, raw)
    draft.leave('second_factor', raw.multifactor, 'multifactor')
    if (isYes(raw.blocked)) draft.block()
    draft.createdAt(raw.created_at, 'created_at')
    draft.updatedAt(raw.updated_at, 'updated_at')
    draft.lastSeenAt(raw.last_login, 'last_login')
    return draft.finish()
  },
}

/** Of the user's accounts in databases of passwords; the user's own id may be a social one. */
function databaseIds(user: Raw): unknown[] {
  const linked = rowsOf(user.identities).filter(({ provider }) => provider === 'auth0')
  const own = /^auth0\|/.test(textOf(user.user_id) ?? '') ? [user.user_id] : []
  return [...own, ...linked.map(({ user_id }) => user_id)]
}

/** The application wrote `app_metadata`, and users may not see it; `user_metadata` is theirs. */
function readMetadata(draft: Draft, raw: Raw): void {
  const { roles, authorization, ...rest } = membersOf(raw.app_metadata)
  const { groups, roles: extensionRoles, ...extension } = membersOf(authorization)
  draft.groups(groups, 'app_metadata.authorization.groups')
  draft.groups(extensionRoles, 'app_metadata.authorization.roles')
  draft.groups(roles, 'app_metadata.roles')
  const besides = {
    ...rest,
    ...leavesOf(raw, 'app_metadata'),
    ...(Object.keys(extension).length > 0 && { authorization: extension }),
  }
  draft.leave('private_metadata', besides, 'app_metadata')
  draft.profile({ ...membersOf(raw.user_metadata), ...leavesOf(raw, 'user_metadata') })
}

/** A CSV has the metadata leaf by leaf. */
const leavesOf = (raw: Raw, root: string): Members =>
  Object.fromEntries(
    Object.entries(raw).flatMap(([name, value]) =>
      name.startsWith(`${root}.`) && textOf(value) !== undefined ? [[name.slice(root.length + 1), value]] : [],
    ),
  )

function readIdentity(draft: Draft, identity: Members, field: string, raw: Raw): void {
  const { provider, connection, user_id, profileData } = identity
  const data = membersOf(profileData)
  const email = textOf(data.email)
  // Of a linked account: what the first one says of itself stands above.
  if (email !== undefined && email !== textOf(raw.email)) {
    draft.emailAddress(email, { field: `${field}.profileData.email`, verified: isYes(data.email_verified) })
  }
  draft.phoneNumber(data.phone_number, {
    field: `${field}.profileData.phone_number`,
    verified: isYes(data.phone_verified),
  })
  if (OWN.includes(provider)) return
  const subject = textOf(user_id)
  // Of enterprise connections, whose names say which one.
  const prefix = `${textOf(connection)}|`
  draft.federatedIdentity(provider, subject?.startsWith(prefix) ? subject.slice(prefix.length) : subject, field)
}

/** The user's first account in front, where several databases are linked. */
function readHashes(draft: Draft, raw: Raw): void {
  const [own] = bareIds(raw.user_id)
  const isOwn = (row: Members) => own !== undefined && hashIds(row).includes(own)
  const rows = rowsOf(raw.hashes)
  const ordered = [...rows.filter(isOwn), ...rows.filter((row) => !isOwn(row)), raw]
  for (const row of ordered) {
    draft.passwordHash(textOf(row.passwordHash), 'hashes.passwordHash')
    const custom = membersOf(row.custom_password_hash)
    const rewritten = rewriteAuth0Hash(custom)
    if (rewritten !== undefined) draft.passwordHash(rewritten, 'custom_password_hash')
    else draft.leave('password_unreadable', custom, 'custom_password_hash')
  }
}
