import { Draft } from '../draft.ts'
import { firebaseForm } from '../password-form.ts'
import { isYes, keyOf, membersOf, rowsOf, textOf, textsOf } from '../raw-value.ts'
import type { FirebaseHashParameters, Raw, RowFile, Source } from '../source.ts'

type Members = Readonly<Record<string, unknown>>

const table = (name: string): RowFile => ({ containers: ['csv', 'ndjson', 'copy'], tables: [name] })
const idsOf = (user: Raw): readonly string[] => keyOf(user.user_id ?? user.id)
const ofUser = { rowKeys: (row: Raw) => keyOf(row.user_id), userKeys: idsOf }

/** A person of the core: its row in `emailpassword_users`, or one that a query joined, or one of the dashboard's API. https://supertokens.com/docs */
export const supertokens: Source = {
  name: 'supertokens',
  users: {
    containers: ['ndjson', 'csv', 'json', 'copy'],
    arrays: [['users'], []],
    tables: ['emailpassword_users', 'all_auth_recipe_users'],
  },
  joins: [
    { role: 'passwords', file: table('emailpassword_users'), ...ofUser },
    { role: 'thirdparty', file: table('thirdparty_users'), ...ofUser },
    { role: 'passwordless', file: table('passwordless_users'), ...ofUser },
    { role: 'verified_emails', file: table('emailverification_verified_emails'), ...ofUser },
    {
      role: 'mappings',
      file: table('userid_mapping'),
      rowKeys: (row) => keyOf(row.supertokens_user_id),
      userKeys: idsOf,
    },
    { role: 'user_roles', file: table('user_roles'), ...ofUser },
    { role: 'metadata', file: table('user_metadata'), ...ofUser },
    { role: 'totp', file: table('totp_user_devices'), ...ofUser },
    { role: 'passkeys', file: table('webauthn_credentials'), ...ofUser },
  ],
  map(raw, options) {
    const draft = new Draft(options)
    const mapped = rowsOf(raw.mappings).map((row) => row.external_user_id)
    // Where an id is mapped, the customer knows no other.
    draft.externalId(raw.external_user_id ?? mapped[0] ?? raw.user_id ?? raw.id)
    for (const row of [raw, ...rowsOf(raw.passwords)]) readEmailPassword(draft, raw, row, options.firebaseHash)
    readThirdParty(draft, raw)
    readPasswordless(draft, raw)
    readLoginMethods(draft, raw)
    draft.groups(raw.roles, 'roles')
    draft.groups(
      rowsOf(raw.user_roles).map(({ role }) => role),
      'user_roles',
    )
    draft.profile(membersOf(raw.user_metadata))
    for (const { user_metadata } of rowsOf(raw.metadata)) draft.profile(membersOf(user_metadata))
    for (const [i, device] of rowsOf(raw.totp).entries()) draft.leave('totp', device, `totp.${i}`)
    for (const [i, passkey] of rowsOf(raw.passkeys).entries()) draft.leave('passkey', passkey, `passkeys.${i}`)
    draft.createdAt(raw.time_joined ?? raw.timeJoined, 'time_joined')
    return draft.finish()
  },
}

/** Proof is kept by user and address, in a table of its own. */
const isProven = (raw: Raw, email: unknown): boolean =>
  rowsOf(raw.verified_emails).some((row) => textOf(row.email) !== undefined && row.email === email) ||
  textsOf(raw.verified_emails).some((one) => one === email)

function readEmailPassword(draft: Draft, raw: Raw, row: Members, parameters: FirebaseHashParameters | undefined): void {
  const { email, password_hash, verified } = row
  draft.emailAddress(email, { field: 'email', verified: isYes(verified) || isProven(raw, email) })
  const hash = textOf(password_hash)
  const rewritten = hash === undefined ? undefined : rewriteFirebase(hash, parameters)
  if (hash !== undefined && rewritten === undefined) draft.leave('password_parameters_missing', hash, 'password_hash')
  else draft.passwordHash(rewritten, 'password_hash')
}

/** `$f_scrypt$hash$salt$m=14$r=8$s=Bw==`, whose signer key is in the core's configuration. */
function rewriteFirebase(hash: string, parameters: FirebaseHashParameters | undefined): string | undefined {
  if (!hash.startsWith('$f_scrypt$')) return hash
  const [, key = '', salt = '', memCost, rounds, saltSeparator = ''] =
    /^\$f_scrypt\$([^$]+)\$([^$]+)\$m=(\d+)\$r=(\d+)\$s=([^$]*)$/.exec(hash) ?? []
  if (parameters === undefined || memCost === undefined) return undefined
  const own = { ...parameters, memCost: Number(memCost), rounds: Number(rounds), saltSeparator }
  return firebaseForm(own, salt, key)
}

function readThirdParty(draft: Draft, raw: Raw): void {
  for (const [i, row] of rowsOf(raw.thirdparty).entries()) {
    draft.federatedIdentity(row.third_party_id, row.third_party_user_id, `thirdparty.${i}`)
    draft.emailAddress(row.email, { field: `thirdparty.${i}.email`, verified: isProven(raw, row.email) })
  }
}

/** A row is made when a code was entered: a number has no other proof there, and an address has its row as well. */
function readPasswordless(draft: Draft, raw: Raw): void {
  for (const [i, row] of rowsOf(raw.passwordless).entries()) {
    draft.emailAddress(row.email, { field: `passwordless.${i}.email`, verified: isProven(raw, row.email) })
    draft.phoneNumber(row.phone_number, { field: `passwordless.${i}.phone_number`, verified: true })
  }
}

function readLoginMethods(draft: Draft, raw: Raw): void {
  for (const [i, method] of rowsOf(raw.loginMethods).entries()) {
    const field = `loginMethods.${i}`
    const verified = isYes(method.verified)
    draft.emailAddress(method.email, { field, verified })
    draft.phoneNumber(method.phoneNumber, { field, verified })
    const { id, userId } = membersOf(method.thirdParty)
    draft.federatedIdentity(id, userId, field)
  }
}
