import { reportTrouble } from '../../platform/db-trouble.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import { soon } from '../../platform/soon.ts'
import { type ApiKey, updateKeyUse } from './api-keys.ts'

const WRITE_EVERY_MS = 60_000
/** While nothing can be written, so many keys are remembered. */
const MOST_KEYS = 10_000

/** When keys were last used, as far as this process has not written it yet: once a minute, so that no call waits for it. A crash loses that minute. */
const used = resident((deps: Deps) => {
  let waiting = new Map<string, Pick<ApiKey, 'appId' | 'id'> & { readonly at: number }>()
  const writing = soon(WRITE_EVERY_MS, write, reportTrouble(deps))

  async function write() {
    // In one order for everybody, so that two processes cannot wait for each other in a circle.
    const uses = [...waiting.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
    waiting = new Map()
    if (uses.length === 0) return
    await deps.transact(async (tx) => {
      for (const { appId, id, at } of uses) await updateKeyUse(tx, appId, id, at)
    })
  }
  return {
    note({ appId, id }: ApiKey): void {
      if (waiting.size >= MOST_KEYS && !waiting.has(id)) return
      waiting.set(id, { appId, id, at: deps.now() })
      writing.ask()
    },
    write: writing.now,
  }
})

/** A key is used now. */
export const noteKeyUse = (deps: Deps, key: ApiKey): void => used(deps).note(key)

/** Write when keys were used, for whoever stops. Never rejects. */
export const writeKeyUse = (deps: Deps): Promise<void> => used(deps).write()
