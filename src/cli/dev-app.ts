import { CLI } from '../core/access/actor.ts'
import { findApiKey, insertApiKey } from '../core/applications/api-keys.ts'
import { changeApplication } from '../core/applications/change.ts'
import { createApplication } from '../core/applications/create.ts'
import { UNLIMITED } from '../core/applications/key-limits.ts'
import { keyOf, newApiKey } from '../core/applications/make-key.ts'
import { findApplication, updateApplicationHosts } from '../core/applications/store.ts'
import { inviteOperator } from '../core/operators/invitation.ts'
import { addOperator } from '../core/operators/roster.ts'
import { findOperatorByEmail } from '../core/operators/store/operators.ts'
import { generateInitialKeys } from '../core/signing-keys/keyring.ts'
import { hashSecret } from '../crypto/opaque-token.ts'
import type { Deps } from '../platform/deps.ts'
import { readSecret, writeSecret } from './dev-folder.ts'

interface DevApp {
  readonly id: string
  readonly name: string
  /** Where it answers. */
  readonly host: string
}

/** The application that answers at every host in development, but at that of the guides. */
export const DEMO: DevApp = { id: 'demo', name: 'Demo', host: 'localhost' }

/** What the commands of the guides configure, so that the demo stays as it is. Programs find its host on every system. */
export const GUIDE: DevApp = { id: 'guide', name: 'Guide', host: '127.0.0.1' }

/** See to it that there are the applications of a development server, each reached at its host on this port. */
export async function ensureApps(deps: Deps, port: number): Promise<void> {
  await ensureApp(deps, DEMO, port)
  await ensureApp(deps, GUIDE, port)
}

/** Other origins that it has stay, unless the other application answers there. */
async function ensureApp(deps: Deps, { id, name, host }: DevApp, port: number): Promise<void> {
  const known = await findApplication(deps.db, id)
  const present = known?.publicOrigins ?? []
  const kept = present.filter((origin) => isFree(origin, id))
  const origin = `https://${host}:${port}`
  if (kept.length === present.length && kept.includes(origin)) return
  const signingKeys = await generateInitialKeys(deps, id)
  const firstKey = { ...UNLIMITED, createdBy: CLI, hash: newApiKey(deps, 'dev').hash }
  const publicOrigins = [...new Set([origin, ...kept])]
  await deps.transact(async (tx) => {
    if (!known) await createApplication(tx, deps, { id, name, mode: 'dev', signingKeys, firstKey })
    await changeApplication(tx, deps, id, () => ({ publicOrigins }))
    const hosts = publicOrigins.map((one) => new URL(one).hostname)
    await updateApplicationHosts(tx, id, hosts)
  })
}

const isFree = (origin: string, appId: string) =>
  [DEMO, GUIDE].every(({ id, host }) => id === appId || host !== new URL(origin).hostname)

const DEVELOPER = {
  email: 'developer@localhost',
  name: 'Developer',
  role: 'owner',
  apps: undefined,
  createdBy: CLI,
} as const

/** What lets whoever starts a development server into its console, once: a token. */
export const inviteDeveloper = (deps: Deps): Promise<string> =>
  deps.transact(async (tx) => {
    await addOperator(tx, deps, UNLIMITED, DEVELOPER)
    const { id = '' } = (await findOperatorByEmail(tx, DEVELOPER.email)) ?? {}
    return (await inviteOperator(tx, deps, id)).token
  })

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
