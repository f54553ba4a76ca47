import { Draft } from '../draft.ts'
import { firebaseForm } from '../password-form.ts'
import { isYes, membersOf, rowsOf, textOf } from '../raw-value.ts'
import type { FirebaseHashParameters, Raw, Source } from '../source.ts'

/** Four cells each of the CSV, from the first of which the subject comes. */
const account = (provider: string) => [provider, `${provider} email`, `${provider} name`, `${provider} photo`]
const CSV_PROVIDERS = ['google.com', 'facebook.com', 'twitter.com', 'github.com'] as const
const LATER_CSV_PROVIDERS = [
  'apple.com',
  'microsoft.com',
  'gc.apple.com',
  'playgames.google.com',
  'linkedin.com',
  'yahoo.com',
]
/** What Firebase itself proves. */
const OWN: readonly unknown[] = ['password', 'phone', 'firebase']
/** Base64 of REDACTED: what is exported without the permission to read hashes. */
const REDACTED = 'UkVEQUNURUQ='

/** https://firebase.google.com/docs/cli/auth */
export const firebase: Source = {
  name: 'firebase',
  users: {
    containers: ['json', 'csv', 'ndjson'],
    arrays: [['users'], []],
    columns: [
      ...['localId', 'email', 'emailVerified', 'passwordHash', 'salt', 'displayName', 'photoUrl'],
      ...CSV_PROVIDERS.flatMap(account),
      ...['createdAt', 'lastSignedInAt', 'phoneNumber', 'disabled', 'customAttributes'],
      ...LATER_CSV_PROVIDERS.flatMap(account),
    ],
  },
  map(raw, options) {
    const draft = new Draft(options)
    if (isAnonymous(raw)) return draft.skip('anonymous')
    draft.externalId(raw.localId)
    draft.emailAddress(raw.email, { field: 'email', verified: isYes(raw.emailVerified) })
    // A number is there only after its code was entered.
    draft.phoneNumber(raw.phoneNumber, { field: 'phoneNumber', verified: true })
    draft.names({ name: raw.displayName, picture: raw.photoUrl })
    for (const [i, { providerId, rawId }] of rowsOf(raw.providerUserInfo).entries()) {
      if (!OWN.includes(providerId)) draft.federatedIdentity(providerId, rawId, `providerUserInfo.${i}`)
    }
    for (const provider of [...CSV_PROVIDERS, ...LATER_CSV_PROVIDERS]) {
      if (textOf(raw[provider]) !== undefined) draft.federatedIdentity(provider, raw[provider], provider)
    }
    readClaims(draft, raw)
    readPassword(draft, raw, options.firebaseHash)
    draft.leave('second_factor', raw.mfaInfo, 'mfaInfo')
    if (isYes(raw.disabled)) draft.block()
    draft.createdAt(raw.createdAt, 'createdAt')
    draft.lastSeenAt(raw.lastSignedInAt, 'lastSignedInAt')
    return draft.finish()
  },
}

const isAnonymous = (raw: Raw): boolean =>
  textOf(raw.localId) !== undefined &&
  [raw.email, raw.phoneNumber, raw.customAttributes, ...CSV_PROVIDERS.map((name) => raw[name])].every(
    (value) => textOf(value) === undefined,
  ) &&
  LATER_CSV_PROVIDERS.every((name) => textOf(raw[name]) === undefined) &&
  rowsOf(raw.providerUserInfo).length === 0

/** Custom claims are the application's: `{"admin": true}` and `{"role": "editor"}` are what they say of groups. */
function readClaims(draft: Draft, raw: Raw): void {
  const { role, roles, ...rest } = membersOf(raw.customAttributes)
  draft.groups(role, 'customAttributes.role')
  draft.groups(roles, 'customAttributes.roles')
  const flags = Object.entries(rest).filter(([, value]) => value === true)
  draft.groups(
    flags.map(([name]) => name),
    'customAttributes',
  )
  const others = Object.entries(rest).filter(([, value]) => value !== true)
  draft.leave('private_metadata', Object.fromEntries(others), 'customAttributes')
}

function readPassword(draft: Draft, raw: Raw, parameters: FirebaseHashParameters | undefined): void {
  const hash = textOf(raw.passwordHash)
  const salt = textOf(raw.salt)
  if (hash === undefined) return
  if (hash === REDACTED) draft.note('password_redacted', 'passwordHash')
  else if (parameters === undefined) draft.leave('password_parameters_missing', { hash, salt }, 'passwordHash')
  else draft.passwordHash(firebaseForm(parameters, salt ?? '', hash), 'passwordHash')
}
