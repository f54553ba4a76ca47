import { newSecret } from '../../crypto/opaque-token.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import { insertInitialKeys } from '../signing-keys/keyring.ts'
import type { SigningKeyRow } from '../signing-keys/tables.ts'
import { insertApiKey } from './api-keys.ts'
import { insertApplication } from './store.ts'

const KEY_PREFIX = 'ak_'

/** A new API key: shown once, stored hashed. */
export const newApiKey = (deps: Deps) => newSecret(KEY_PREFIX, deps.random)

export interface NewApplication {
  readonly id: string
  readonly name: string
  readonly mode: 'dev' | 'prod'
  /** Made beforehand by `generateInitialKeys`. */
  readonly signingKeys: readonly SigningKeyRow[]
  /** Of its first management key. */
  readonly apiKeyHash: string
}

/** Create an application with its keys. False when the id is taken; then nothing is kept. */
export async function createApplication(tx: Tx, deps: Deps, app: NewApplication): Promise<boolean> {
  const { id, name, mode } = app
  const now = deps.now()
  if (!(await insertApplication(tx, { id, name, mode, createdAt: now }))) return false
  await insertInitialKeys(tx, app.signingKeys)
  const key = { id: newId('key', deps), appId: id, name: 'first', permissions: undefined, createdAt: now }
  await insertApiKey(tx, { ...key, hash: app.apiKeyHash })
  return true
}
