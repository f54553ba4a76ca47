import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { insertInitialKeys } from '../signing-keys/keyring.ts'
import type { SigningKeyRow } from '../signing-keys/tables.ts'
import { insertApiKey } from './api-keys.ts'
import { type KeyOrder, keyOf } from './make-key.ts'
import { insertApplication } from './store.ts'

export interface NewApplication {
  readonly id: string
  readonly name: string
  readonly mode: 'dev' | 'prod'
  /** Made beforehand by `generateInitialKeys`. */
  readonly signingKeys: readonly SigningKeyRow[]
  readonly firstKey: Omit<KeyOrder, 'appId' | 'name'>
}

/** Create an application with its keys. False when the id is taken; then nothing is kept. */
export async function createApplication(tx: Tx, deps: Deps, app: NewApplication): Promise<boolean> {
  const { id, name, mode } = app
  const now = deps.now()
  if (!(await insertApplication(tx, { id, name, mode, createdAt: now }))) return false
  await insertInitialKeys(tx, app.signingKeys)
  await insertApiKey(tx, keyOf(deps, { ...app.firstKey, appId: id, name: 'first' }))
  return true
}
