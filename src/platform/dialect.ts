import { BOUNDS, type Bounds } from './db-bounds.ts'
import type { Engine } from './dialect-engine.ts'
import { openPostgres } from './dialect-postgres.ts'
import { openSqlite } from './dialect-sqlite.ts'

/** Open `sqlite:<path>` or `postgres://…`. `onError` hears of connections that die unused. */
export function openEngine(url: string, onError: (error: Error) => void, given: Partial<Bounds> = {}): Engine {
  const bounds = { ...BOUNDS, ...given }
  if (url.startsWith('sqlite:')) return openSqlite(url.slice('sqlite:'.length), bounds)
  return openPostgres(url, onError, bounds)
}
