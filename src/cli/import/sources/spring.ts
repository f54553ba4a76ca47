import { DEFAULT_PASSWORD_HASH_COST, hashPassword } from '../../../crypto/password-hash.ts'
import { Draft } from '../draft.ts'
import { isNo, isYes, keyOf, rowsOf, textOf, textsOf } from '../raw-value.ts'
import type { Raw, Source } from '../source.ts'
import { rewriteSpringHash } from './spring-hash.ts'

/** Rows of `users` in the default schema, or of the application's own table. https://docs.spring.io/spring-security/reference/servlet/appendix/database-schema.html */
export const spring: Source = {
  name: 'spring',
  users: { containers: ['ndjson', 'csv', 'json', 'copy'], arrays: [[]], tables: ['users'] },
  joins: [
    {
      role: 'authorities',
      file: { containers: ['csv', 'ndjson', 'copy'], tables: ['authorities'] },
      rowKeys: (row) => keyOf(row.username),
      userKeys: (user) => keyOf(user.username),
    },
  ],
  map(raw, options) {
    const draft = new Draft(options)
    draft.externalId(raw.id ?? raw.username)
    const username = textOf(raw.username)
    const isAddress = username?.includes('@') ?? false
    draft.emailAddress(raw.email ?? (isAddress ? username : undefined), { field: 'email', verified: false })
    draft.phoneNumber(raw.phone ?? raw.phone_number, { field: 'phone', verified: false })
    draft.names({ name: raw.name, first_name: raw.first_name, last_name: raw.last_name })
    draft.username(username, 'username')
    draft.groups(groupsOf(raw), 'authorities')
    readPassword(draft, textOf(raw.password), options.springEncoder)
    if (isNo(raw.enabled) || isNo(raw.account_non_locked) || isYes(raw.account_locked)) draft.block()
    draft.createdAt(raw.created_at, 'created_at')
    return draft.finish()
  },
}

const groupsOf = (raw: Raw): readonly string[] =>
  [...textsOf(raw.authorities), ...rowsOf(raw.authorities).flatMap(({ authority }) => textOf(authority) ?? [])].map(
    (authority) => authority.replace(/^ROLE_/, ''),
  )

/** A password in clear text is hashed here and now, and goes no further. */
function readPassword(draft: Draft, text: string | undefined, encoder: string | undefined): void {
  if (text === undefined) return
  const read = rewriteSpringHash(text, encoder)
  if (read.kind === 'unsupported') draft.leave('password_unreadable', text, 'password')
  else if (read.kind === 'hash') draft.passwordHash(read.hash, 'password')
  else {
    draft.note('password_in_clear', 'password')
    draft.passwordHash(hashPassword(read.password, DEFAULT_PASSWORD_HASH_COST), 'password')
  }
}
