import { Draft } from '../draft.ts'
import { isYes, keyOf, membersOf, rowsOf, textOf } from '../raw-value.ts'
import type { Raw, RowFile, Source } from '../source.ts'

const tables = (...names: string[]): RowFile => ({ containers: ['csv', 'ndjson', 'copy'], tables: names })

/** Rows of `wp_users`, with those of `wp_usermeta`, whose prefix is the site's. */
export const wordpress: Source = {
  name: 'wordpress',
  users: { containers: ['ndjson', 'csv', 'json'], arrays: [[]] },
  joins: [
    {
      role: 'meta',
      file: tables('wp_usermeta'),
      rowKeys: (row) => keyOf(row.user_id),
      userKeys: (user) => keyOf(user.ID),
    },
  ],
  map(raw, options) {
    const draft = new Draft(options)
    if (isYes(raw.deleted)) return draft.skip('deleted')
    const meta = metaOf(raw)
    draft.externalId(raw.ID)
    // WordPress sends a letter to an address and asks for no answer.
    draft.emailAddress(raw.user_email, { field: 'user_email', verified: false })
    draft.phoneNumber(meta.billing_phone, { field: 'meta.billing_phone', verified: false })
    draft.names({
      first_name: meta.first_name,
      last_name: meta.last_name,
      nickname: meta.nickname,
      locale: meta.locale,
    })
    draft.names({ name: raw.display_name })
    draft.username(raw.user_login, 'user_login')
    readRoles(draft, meta)
    draft.passwordHash(hashOf(textOf(raw.user_pass)), 'user_pass')
    for (const [name, value] of Object.entries(meta)) {
      if (SECOND_FACTOR.test(name)) draft.leave('second_factor', value, `meta.${name}`)
    }
    if (isYes(raw.spam)) draft.block()
    draft.createdAt(raw.user_registered, 'user_registered')
    return draft.finish()
  },
}

const SECOND_FACTOR = /^(_two_factor_|wp_2fa_|wfls_)/

/** As rows of the table, or as members. */
const metaOf = (raw: Raw): Readonly<Record<string, unknown>> =>
  Object.fromEntries([
    ...Object.entries(membersOf(raw.meta)),
    ...rowsOf(raw.meta).flatMap(({ meta_key, meta_value }) =>
      typeof meta_key === 'string' ? [[meta_key, meta_value] as const] : [],
    ),
  ])

const CAPABILITIES = /^\w+?(?:_(?<site>\d+))?_capabilities$/

/**
 * `a:1:{s:8:"customer";b:1;}`, once for each site of a network: `wp_capabilities`, `wp_2_capabilities`. Of another site with its number in front: who may
 * make a site of their own is its administrator.
 */
function readRoles(draft: Draft, meta: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(meta)) {
    const found = CAPABILITIES.exec(name)
    if (!found) continue
    const site = found.groups?.site === undefined ? '' : `${found.groups.site}:`
    const roles = [...(textOf(value) ?? '').matchAll(/s:\d+:"([^"]+)";b:1;/g)].flatMap(([, role]) => role ?? [])
    draft.groups(
      roles.map((role) => site + role),
      `meta.${name}`,
    )
  }
}

/** One table holds the hashes of all versions; the oldest is MD5 in hex. */
const hashOf = (hash: string | undefined): string | undefined =>
  hash !== undefined && /^[0-9a-f]{32}$/i.test(hash) ? `md5:${hash}` : hash
