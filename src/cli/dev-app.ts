import { CLI } from '../core/access/actor.ts'
import { findApiKey, insertApiKey } from '../core/applications/api-keys.ts'
import { changeApplication } from '../core/applications/change.ts'
import { createApplication } from '../core/applications/create.ts'
import { UNLIMITED } from '../core/applications/key-limits.ts'
import { keyOf, newApiKey } from '../core/applications/make-key.ts'
import { findApplication, updateApplicationHosts } from '../core/applications/store.ts'
import { generateInitialKeys } from '../core/signing-keys/keyring.ts'
import { hashSecret } from '../crypto/opaque-token.ts'
import type { Deps } from '../platform/deps.ts'
import { readSecret, writeSecret } from './dev-folder.ts'

/** The application that answers at every host in development. */
export const DEMO = 'demo'

/** See to it that there is an application `demo`, and that it is reached at these origins. Others that it has stay. */
export async function ensureDemo(deps: Deps, origins: readonly string[]): Promise<void> {
  const known = await findApplication(deps.db, DEMO)
  if (known && origins.every((origin) => known.publicOrigins.includes(origin))) return
  const signingKeys = await generateInitialKeys(deps, DEMO)
  const firstKey = { ...UNLIMITED, createdBy: CLI, hash: newApiKey(deps, 'dev').hash }
  const app = { id: DEMO, name: 'Demo', mode: 'dev', signingKeys, firstKey } as const
  await deps.transact(async (tx) => {
    if (!known) await createApplication(tx, deps, app)
    const changed = await changeApplication(tx, deps, DEMO, ({ publicOrigins }) => ({
      publicOrigins: [...new Set([...origins, ...publicOrigins])],
    }))
    const hosts = changed?.publicOrigins.map((origin) => new URL(origin).hostname) ?? []
    await updateApplicationHosts(tx, DEMO, hosts)
  })
}

/** The key in a file, if it is live; else a new one, kept in that file. `appId` is empty for the instance. */
export async function ensureKey(deps: Deps, path: string, appId: string): Promise<string> {
  const kept = readSecret(path)
  if (kept && (await findApiKey(deps.db, hashSecret(kept)))?.appId === appId) return kept
  const { secret, hash } = newApiKey(deps, 'dev')
  const key = keyOf(deps, { ...UNLIMITED, appId, name: 'dev', createdBy: CLI, hash })
  await deps.transact((tx) => insertApiKey(tx, key))
  writeSecret(path, secret)
  return secret
}
