import { sql } from 'kysely'
import type { Config } from '../../src/platform/config.ts'
import type { Tx } from '../../src/platform/db.ts'
import { type Answer, type Call, type Client, credentials, send, type TestApp } from '../builders.ts'
import { type World, world } from '../world.ts'

export const CALLERS = 16

/** Two servers on one PostgreSQL database, so that races cross connections and caches. */
export async function twoServers(config: Partial<Config> = {}): Promise<readonly [World, World]> {
  const one = await world('postgres', { config })
  return [one, await world('postgres', { config, databaseUrl: one.databaseUrl })]
}

/** Ask `CALLERS` times at once. */
export const race = <T>(ask: (i: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: CALLERS }, (_, i) => ask(i)))

/** POST the same path once for each of `headers`, all at once, the servers taking turns. */
export function postAtOnce(
  servers: readonly World[],
  app: TestApp,
  path: string,
  headers: readonly Record<string, string>[],
  body?: Call['body'],
): Promise<Answer[]> {
  return Promise.all(
    headers.map((own, i) =>
      send(servers[i % servers.length] as World, path, { method: 'POST', headers: { host: app.host, ...own }, body }),
    ),
  )
}

/** What a client sends when it presents the token it holds, `CALLERS` times; a proof is never the same twice. */
export const presentations = (app: TestApp, client: Client, path: string): Promise<Record<string, string>[]> =>
  race(() => credentials(app, client, path))

/** How often each status and code was answered. */
export function tally(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const name = body?.code ? `${status} ${body.code}` : `${status}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

/** How often refresh tokens turned out to be what, on all servers together. */
export async function refreshOutcomes(servers: readonly World[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { deps } of servers) {
    for (const { labels, value } of (await deps.metrics.refreshes.get()).values) {
      counts[`${labels.outcome}`] = (counts[`${labels.outcome}`] ?? 0) + value
    }
    deps.metrics.refreshes.reset()
  }
  return counts
}

/** Resolves when some transaction waits for this one. */
export async function somebodyWaits(tx: Tx): Promise<void> {
  const waiting = sql<{ count: number }>`
    select count(*) as count from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))`
  while (Number((await waiting.execute(tx)).rows[0]?.count) === 0) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
