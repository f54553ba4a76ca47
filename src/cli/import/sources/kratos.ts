import { Draft } from '../draft.ts'
import { isYes, membersOf, rowsOf, textOf, textsOf, valueAt } from '../raw-value.ts'
import type { Raw, Source } from '../source.ts'
import { rewriteKratosHash } from './kratos-hash.ts'

/** https://www.ory.com/docs/kratos/reference/api#tag/identity, with `include_credential`. */
export const kratos: Source = {
  name: 'kratos',
  aliases: ['ory'],
  users: { containers: ['json', 'ndjson'], arrays: [[], ['identities']] },
  map(raw, options) {
    const draft = new Draft(options)
    const path = options.externalIdFrom
    if (path === undefined) draft.externalId(raw.id, raw.external_id)
    else draft.externalId(valueAt(raw, path), raw.id)
    const addresses = readAddresses(draft, raw)
    readTraits(draft, raw, addresses)
    draft.profile(membersOf(raw.metadata_public))
    draft.leave('private_metadata', membersOf(raw.metadata_admin), 'metadata_admin')
    readPassword(draft, raw)
    readProviders(draft, raw)
    for (const [type, kind] of Object.entries(LEFT)) {
      draft.leave(kind, membersOf(valueAt(raw.credentials, type)), `credentials.${type}`)
    }
    if (raw.state === 'inactive') draft.block()
    draft.createdAt(raw.created_at, 'created_at')
    draft.updatedAt(raw.updated_at, 'updated_at')
    return draft.finish()
  },
}

const LEFT: Readonly<Record<string, string>> = {
  totp: 'totp',
  lookup_secret: 'recovery_codes',
  webauthn: 'passkey',
  passkey: 'passkey',
  saml: 'provider_unknown',
}

const ADDRESS_TRAITS = ['email', 'emails', 'phone', 'phone_number']

/** Only the schema says where addresses stand in the traits; what can be proven is in a list. Answers all that were read. */
function readAddresses(draft: Draft, raw: Raw): readonly string[] {
  const proven = rowsOf(raw.verifiable_addresses)
  const others = rowsOf(raw.recovery_addresses).filter(({ value }) => !proven.some((one) => one.value === value))
  for (const [list, rows] of Object.entries({ verifiable_addresses: proven, recovery_addresses: others })) {
    for (const [i, row] of rows.entries()) {
      const verified = list === 'verifiable_addresses' && isYes(row.verified)
      const said = { field: `${list}.${i}`, verified, ...(verified && { verifiedAt: row.verified_at }) }
      if (row.via === 'sms') draft.phoneNumber(row.value, said)
      else draft.emailAddress(row.value, said)
    }
  }
  return [...proven, ...others].flatMap(({ value }) => textOf(value) ?? [])
}

function readTraits(draft: Draft, raw: Raw, addresses: readonly string[]): void {
  const { username, name, ...rest } = membersOf(raw.traits)
  for (const trait of ADDRESS_TRAITS) {
    for (const value of textsOf(rest[trait]).filter((text) => !addresses.includes(text))) {
      const said = { field: `traits.${trait}`, verified: false }
      if (trait.startsWith('email')) draft.emailAddress(value, said)
      else draft.phoneNumber(value, said)
    }
  }
  const { first, last } = membersOf(name)
  draft.names({ first_name: first, last_name: last, name: textOf(name) })
  draft.username(username, 'traits.username')
  const others = Object.entries(rest).filter(
    ([trait, value]) => !ADDRESS_TRAITS.includes(trait) && !addresses.includes(textOf(value) ?? ''),
  )
  draft.profile(Object.fromEntries(others))
}

/** With the migration hook on, Kratos has no hash of its own. */
function readPassword(draft: Draft, raw: Raw): void {
  const { hashed_password, use_password_migration_hook } = membersOf(valueAt(raw.credentials, 'password.config'))
  const hash = textOf(hashed_password)
  const rewritten = hash === undefined ? undefined : rewriteKratosHash(hash)
  const field = 'credentials.password'
  if (isYes(use_password_migration_hook)) draft.note('password_elsewhere', field)
  if (hash !== undefined && rewritten === undefined) draft.leave('password_unreadable', hash, field)
  else draft.passwordHash(rewritten, field)
}

/** Tokens of providers are secrets of theirs, and stay where they are. */
function readProviders(draft: Draft, raw: Raw): void {
  for (const [i, { provider, subject }] of rowsOf(valueAt(raw.credentials, 'oidc.config.providers')).entries()) {
    draft.federatedIdentity(provider, subject, `credentials.oidc.${i}`)
  }
}
