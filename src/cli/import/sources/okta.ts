import { Draft } from '../draft.ts'
import { membersOf, rowsOf, textOf, valueAt } from '../raw-value.ts'
import type { Raw, Source } from '../source.ts'

/** Accounts that are no more, or have never been opened. */
const SKIPPED: Readonly<Record<string, string>> = { DEPROVISIONED: 'deleted', STAGED: 'never_activated' }
/** Who was activated has confirmed the primary address then. */
const ACTIVATED: readonly unknown[] = ['ACTIVE', 'RECOVERY', 'LOCKED_OUT', 'PASSWORD_EXPIRED', 'SUSPENDED']

/** https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/; without hashes, which nobody can have. */
export const okta: Source = {
  name: 'okta',
  users: { containers: ['json', 'ndjson'], arrays: [[], ['users']] },
  map(raw, options) {
    const draft = new Draft(options)
    const status = textOf(raw.status) ?? ''
    const skipped = Object.hasOwn(SKIPPED, status) ? SKIPPED[status] : undefined
    if (skipped !== undefined) return draft.skip(skipped)
    draft.externalId(raw.id)
    readProfile(draft, raw, options.oktaEmailProven === true && ACTIVATED.includes(status))
    draft.groups(
      rowsOf(raw.groups).map((group) => valueAt(group, 'profile.name') ?? group.name),
      'groups',
    )
    draft.leave('second_factor', raw.factors, 'factors')
    const provider = textOf(valueAt(raw, 'credentials.provider.type'))
    if (provider !== undefined && provider !== 'OKTA' && provider !== 'IMPORT') {
      draft.note('password_elsewhere', 'credentials.provider.type')
    }
    if (status === 'SUSPENDED') draft.block()
    if (status === 'LOCKED_OUT') draft.note('lock_ends', 'status')
    draft.createdAt(raw.created, 'created')
    draft.updatedAt(raw.lastUpdated, 'lastUpdated')
    draft.lastSeenAt(raw.lastLogin, 'lastLogin')
    return draft.finish()
  },
}

function readProfile(draft: Draft, raw: Raw, isProven: boolean): void {
  const { login, email, secondEmail, mobilePhone, primaryPhone, ...rest } = membersOf(raw.profile)
  draft.emailAddress(email, { field: 'profile.email', verified: isProven })
  draft.emailAddress(secondEmail, { field: 'profile.secondEmail', verified: false })
  draft.phoneNumber(mobilePhone, { field: 'profile.mobilePhone', verified: false })
  draft.phoneNumber(primaryPhone, { field: 'profile.primaryPhone', verified: false })
  draft.username(login, 'profile.login')
  const { firstName, lastName, displayName, nickName, locale, ...others } = rest
  draft.names({ first_name: firstName, last_name: lastName, name: displayName, nickname: nickName, locale })
  draft.profile(others)
}
