import { type Deps, resident } from '../../platform/deps.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import { listIdentifiers } from '../identifiers/store.ts'

/**
 * Whether people with an address must come in by their company's own connection, and by no other way. Nobody must until there are such connections; every
 * way in asks already.
 */
export const enforcement = resident((_deps: Deps) => ({
  isEnforced: async (_appId: string, _identifier: Identifier): Promise<boolean> => false,
}))

/** The same for a user, by whatever address they have proven. */
export async function isEnforcedFor(deps: Deps, appId: string, userId: string): Promise<boolean> {
  const proven = (await listIdentifiers(deps.db, appId, [userId])).filter(({ verified_at }) => verified_at !== null)
  for (const identifier of proven) if (await enforcement(deps).isEnforced(appId, identifier)) return true
  return false
}
