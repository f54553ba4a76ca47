import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import type { Application } from '../applications/application.ts'
import { isSinceEnd } from '../challenges/grounds.ts'
import { noteProof } from '../identifiers/store.ts'
import type { Raced } from '../users/settle.ts'
import { findSessionsEnded } from '../users/store/session-ends.ts'
import { policyOf, readOAuthConfig } from './config.ts'
import { findOAuthConfig } from './config-store.ts'
import { findDiversion } from './diversion.ts'
import { holdAccount, judgeAccount, type ShownAccount } from './hold.ts'
import type { FederatedKey } from './store.ts'

/** An account at a provider whose address was proven by a code, and that is nobody's yet. */
export interface ProvenLink {
  readonly identity: FederatedKey & { readonly alt_subject?: string | undefined }
  readonly config_id: string
  readonly profile: Readonly<Record<string, string>>
  /** Normalised. */
  readonly email: string
}

/**
 * Whose the account would be, as long as the provider is configured and enabled. Nothing is linked by asking. `enforced`: it is of somebody who must
 * come by their company's own connection.
 */
export async function judgeLink(
  tx: Tx,
  app: Application,
  link: ProvenLink,
): Promise<'fine' | 'taken' | 'enforced' | 'refused'> {
  const opened = await openLink(tx, app, link)
  if (!opened) return 'refused'
  if (await findDiversion(tx, app.id, opened.account, opened.policy)) return 'enforced'
  const decided = (await judgeAccount(tx, app.id, opened.account, opened.policy)).kind
  if (decided === 'refuse' || decided === 'ask') return 'refused'
  return decided === 'taken' ? 'taken' : 'fine'
}

/** Find or make the user whom the account belongs to from now on. `provenAt`: Unix ms; nobody whose sessions were all ended since. */
export async function holdLink(
  tx: Tx,
  deps: Deps,
  app: Application,
  link: ProvenLink,
  { provenAt }: { readonly provenAt: number },
): Promise<{ kind: 'held'; userId: string } | { kind: 'refused' } | Raced> {
  const opened = await openLink(tx, app, link)
  if (!opened || (await findDiversion(tx, app.id, opened.account, opened.policy))) return { kind: 'refused' }
  const decided = await judgeAccount(tx, app.id, opened.account, opened.policy)
  if (decided.kind === 'known' || decided.kind === 'link') {
    const endedAt = await findSessionsEnded(tx, app.id, decided.userId)
    if (!isSinceEnd(endedAt, { sessionsEndedAt: undefined, provenAt })) return { kind: 'refused' }
  }
  const holding = await holdAccount(tx, deps, app.id, opened.account, opened.policy)
  if (holding.kind === 'raced') return holding
  if (holding.kind !== 'held') return { kind: 'refused' }
  await noteProof(tx, app.id, holding.userId, { type: 'email_address', value: link.email }, deps.now())
  return holding
}

async function openLink(tx: Tx, app: Application, { identity, config_id, profile, email }: ProvenLink) {
  const stored = await findOAuthConfig(tx, app.id, config_id)
  const config = stored && readOAuthConfig(stored)
  if (!config?.enabled) return undefined
  const { alt_subject: altSubject, ...key } = identity
  const account: ShownAccount = {
    identity: { ...key, altSubject, email },
    email: { type: 'email_address', value: email, isVerified: true },
    profile,
    source: `oauth:${stored?.provider}`,
  }
  return { account, policy: policyOf(app, config) }
}
