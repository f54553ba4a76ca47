import type { GroupedUpdate } from './group.ts'

/** Adds to a row of `counters (id text, n bigint)`. */
export const addToCounter: GroupedUpdate = {
  name: 'add_to_counter',
  table: 'counters',
  parameters: { id: 'text', by: 'bigint' },
  set: 'n = counters.n + :by',
  where: 'counters.id = :id',
  returning: 'id, n',
  key: 'id',
}
