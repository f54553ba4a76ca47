import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { findOperatorIdentity, hasIdentityOf, insertOperatorIdentity } from './store/identities.ts'
import { findOperatorByEmail, takeTurn } from './store/operators.ts'

/** An account at the company's provider that was just shown. */
export interface CompanyAccount {
  readonly issuer: string
  readonly subject: string
  /** In the form in which addresses are compared; undefined where the provider does not vouch for one. */
  readonly verifiedEmail: string | undefined
}

export type Entry =
  | { readonly kind: 'known'; readonly operatorId: string }
  /** It is linked first. */
  | { readonly kind: 'link'; readonly operatorId: string }
  | { readonly kind: 'refused'; readonly why: EntryRefusal }

/** `other_account`: the operator of this address has linked another account of the issuer. */
export type EntryRefusal = 'not_verified' | 'not_listed' | 'other_account'

/**
 * Decide whom an account lets in. `owner`: whose it is. `named`: who is on the roster with the address that the provider vouches for. The company says
 * who somebody is; the roster says whether they are an operator, and nobody gets onto it by a login.
 */
export function decideEntry(
  owner: string | undefined,
  isVerified: boolean,
  named: { readonly id: string; readonly hasIdentity: boolean } | undefined,
): Entry {
  if (owner !== undefined) return { kind: 'known', operatorId: owner }
  if (!isVerified) return { kind: 'refused', why: 'not_verified' }
  if (!named) return { kind: 'refused', why: 'not_listed' }
  return named.hasIdentity ? { kind: 'refused', why: 'other_account' } : { kind: 'link', operatorId: named.id }
}

/** Find the operator whom an account lets in, and link it to them at their first login. */
export async function enterByCompany(tx: Tx, deps: Deps, account: CompanyAccount): Promise<Entry> {
  const entry = await judgeEntry(tx, account)
  if (entry.kind !== 'link') return entry
  // Nobody is linked while they are taken off the roster, and of two accounts with one address the first is.
  await takeTurn(tx)
  const again = await judgeEntry(tx, account)
  if (again.kind !== 'link') return again
  const { issuer, subject } = account
  await insertOperatorIdentity(tx, { issuer, subject, operator_id: again.operatorId, created_at: deps.now() })
  return again
}

async function judgeEntry(tx: Tx, { issuer, subject, verifiedEmail }: CompanyAccount): Promise<Entry> {
  const operator = verifiedEmail === undefined ? undefined : await findOperatorByEmail(tx, verifiedEmail)
  const named = operator && { id: operator.id, hasIdentity: await hasIdentityOf(tx, operator.id, issuer) }
  // Last: an operator whose first login by this account came in between has an account by now, and is found as the one whose it is.
  const owner = await findOperatorIdentity(tx, { issuer, subject })
  return decideEntry(owner, verifiedEmail !== undefined, named)
}
