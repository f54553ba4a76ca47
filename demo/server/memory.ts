import type { Adapter, AdapterPayload } from 'oidc-provider'

const MAX_ROWS = 1_000

/** Where an OpenID provider keeps things: in this process. The oldest goes when there are too many. */
export function memory(): (model: string) => Adapter {
  const rows = new Map<string, AdapterPayload>()
  return (model) => {
    const keyOf = (id: string) => `${model} ${id}`
    return {
      async upsert(id, payload) {
        // Whom it let in it has forgotten at the next visit, so that the visitor may be somebody else each time.
        if (model === 'Session') return
        const [oldest] = rows.keys()
        if (oldest !== undefined && rows.size >= MAX_ROWS) rows.delete(oldest)
        rows.set(keyOf(id), payload)
      },
      find: async (id) => rows.get(keyOf(id)),
      findByUid: async () => undefined,
      findByUserCode: async () => undefined,
      async consume(id) {
        const row = rows.get(keyOf(id))
        if (row) row.consumed = true
      },
      async destroy(id) {
        rows.delete(keyOf(id))
      },
      async revokeByGrantId(grantId) {
        for (const [key, row] of rows) if (row.grantId === grantId) rows.delete(key)
      },
    }
  }
}
