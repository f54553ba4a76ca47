import { Draft } from '../draft.ts'
import { textOf, textsOf } from '../raw-value.ts'
import type { Raw, Source } from '../source.ts'
import { rewriteLdapHash, weakness } from './ldap-hash.ts'

/** Values by the name of the attribute, in small letters and without options. */
type Entry = ReadonlyMap<string, readonly string[]>

const PERSON = ['person', 'organizationalperson', 'inetorgperson', 'posixaccount', 'account', 'user', 'ipausers']
/** What OpenLDAP writes for a lock without an end. */
const LOCKED_FOR_GOOD = '000001010000Z'
/** Of `userAccountControl`, in Active Directory. */
const ACCOUNT_DISABLED = 2
const DAY_MS = 86_400_000

/** Entries of `slapcat` or `ldapsearch`, with their operational attributes. RFC 2849, RFC 4519 */
export const ldap: Source = {
  name: 'ldap',
  users: { containers: ['ldif', 'ndjson', 'json'], arrays: [[]] },
  map(raw, options) {
    const draft = new Draft(options)
    const entry = entryOf(raw)
    const first = (name: string) => entry.get(name)?.[0]
    const classes = entry.get('objectclass')?.map((name) => name.toLowerCase()) ?? []
    if (classes.length > 0 && !classes.some((name) => PERSON.includes(name))) return draft.skip('not_a_person')
    const ids = ['entryuuid', 'ipauniqueid', 'nsuniqueid', 'uid', 'samaccountname'].map(first)
    draft.externalId(ids.find((id) => id !== undefined) ?? raw.dn)
    for (const mail of entry.get('mail') ?? []) draft.emailAddress(mail, { field: 'mail', verified: false })
    for (const name of ['mobile', 'telephonenumber']) {
      for (const number of entry.get(name) ?? []) draft.phoneNumber(number, { field: name, verified: false })
    }
    draft.names({ first_name: first('givenname'), last_name: first('sn'), name: first('displayname') ?? first('cn') })
    draft.username(first('uid') ?? first('samaccountname'), 'uid')
    readGroups(draft, entry)
    readPasswords(draft, entry)
    readLock(draft, entry, options.now)
    draft.createdAt(first('createtimestamp') ?? first('whencreated'), 'createTimestamp')
    draft.updatedAt(first('modifytimestamp') ?? first('whenchanged'), 'modifyTimestamp')
    return draft.finish()
  },
}

function entryOf(raw: Raw): Entry {
  const entry = new Map<string, readonly string[]>()
  for (const [written, value] of Object.entries(raw)) {
    const [name = ''] = written.toLowerCase().split(';')
    const values = typeof value === 'string' ? [value].filter((one) => textOf(one) !== undefined) : textsOf(value)
    if (values.length > 0) entry.set(name, [...(entry.get(name) ?? []), ...values])
  }
  return entry
}

/** The name of a group is the first part of its own: `staff` of `cn=staff,ou=groups,dc=lumen`. */
function readGroups(draft: Draft, entry: Entry): void {
  for (const dn of entry.get('memberof') ?? []) {
    const [, name] = /^[^=,]+=((?:\\.|[^,\\+])+)/.exec(dn) ?? []
    if (name === undefined) draft.note('group_unusable', 'memberOf')
    else draft.groups([name.replace(/\\(.)/g, '$1').trim()], 'memberOf')
  }
}

/** The strongest that can be read; the others stay behind. */
function readPasswords(draft: Draft, entry: Entry): void {
  const hashes = (entry.get('userpassword') ?? []).map(rewriteLdapHash)
  for (const hash of hashes.toSorted((one, other) => weakness(one) - weakness(other))) {
    draft.passwordHash(hash, 'userPassword')
  }
}

function readLock(draft: Draft, entry: Entry, now: number): void {
  const first = (name: string) => entry.get(name)?.[0]
  const lockedAt = first('pwdaccountlockedtime')
  const expiryDays = Number(first('shadowexpire') ?? -1)
  const isExpired = expiryDays >= 0 && expiryDays * DAY_MS < now
  const isDisabled = (Number(first('useraccountcontrol') ?? 0) & ACCOUNT_DISABLED) !== 0
  const isLocked = first('nsaccountlock')?.toLowerCase() === 'true'
  if (lockedAt === LOCKED_FOR_GOOD || isLocked || isExpired || isDisabled) draft.block()
  else if (lockedAt !== undefined) draft.note('lock_ends', 'pwdAccountLockedTime')
  // Many have a shell of nologin who may read their mail: no block, but worth a look.
  if (/nologin$|\/false$/.test(first('loginshell') ?? '')) draft.note('login_shell_nologin', 'loginShell')
}
