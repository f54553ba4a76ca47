import { openWith, seal } from '../../crypto/sealed-box.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { KEPT_PURPOSES, type KeptPurpose, keptKeys } from '../../platform/kept-keys.ts'
import { derivedKeys, type KeySet, keySet } from '../../platform/key-set.ts'
import { findCanary, insertKeptKeys, listKeptKeys, OF_INSTANCE } from './store.ts'

export const KEPT_BOX = 'kept-keys'

/** Keep, for every purpose of which none is kept yet, what the key that the database was under until now gives. */
export async function keepKeys(tx: Tx, deps: Deps, set: KeySet, keyId: string): Promise<void> {
  const [box] = derivedKeys(set, KEPT_BOX)
  if (!box) throw new Error('no master key')
  const rows = KEPT_PURPOSES.map((purpose) => {
    const sealed = seal(box, purpose, keyOfPurpose(set, purpose, keyId), deps.random)
    return { app_id: OF_INSTANCE, purpose, sealed }
  })
  await insertKeptKeys(tx, rows)
}

function keyOfPurpose(set: KeySet, purpose: KeptPurpose, keyId: string | undefined): Uint8Array {
  const keys = derivedKeys(set, purpose)
  const found = keys.find(({ id }) => id === keyId) ?? keys[0]
  if (!found) throw new Error('no master key')
  return found.key
}

/** Use the kept keys of the database from now on. Before its first rotation they are those of the key that it is under. */
export async function loadKeptKeys(deps: Deps, set: KeySet = keySet(deps).current()): Promise<void> {
  const canary = await findCanary(deps.db)
  const keyId = canary && openWith(derivedKeys(set, 'canary'), 'master-key', canary.sealed)?.id
  // A canary that does not open: this process is not ready, and nobody is told anything by its keys.
  const rows = canary && keyId === undefined ? [] : await listKeptKeys(deps.db)
  const stored = new Map(rows.map(({ purpose, sealed }) => [purpose, open(set, purpose, sealed)]))
  keptKeys(deps).give(
    new Map(
      KEPT_PURPOSES.map((purpose) => [
        purpose,
        stored.has(purpose) ? stored.get(purpose) : keyOfPurpose(set, purpose, keyId),
      ]),
    ),
  )
}

function open(set: KeySet, purpose: string, sealed: string): Buffer | undefined {
  const opened = openWith(derivedKeys(set, KEPT_BOX), purpose, sealed)
  return opened?.plaintext
}
