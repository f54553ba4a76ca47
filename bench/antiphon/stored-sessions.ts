import { type Kysely, sql } from 'kysely'
import { type CounterMove, swapCounter } from '../../src/core/sessions/store.ts'
import type { Deps } from '../../src/platform/deps.ts'
import type { GroupedUpdate } from '../../src/platform/group.ts'

const APP = 'demo'
const LIFE_MS = 30 * 86_400_000
const KEY = 'x'.repeat(43)

type Writer = Kysely<Record<never, never>>

/** Writes so many sessions by SQL, each of a user of its own with a proven address, as logins of a month would have left them. */
export async function storeSessions(db: Writer, engine: 'sqlite' | 'postgres', count: number): Promise<void> {
  const numbers =
    engine === 'postgres'
      ? sql`generate_series(1, ${count}::int) as n(i)`
      : sql`(with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count}) select i from n) as n`
  const padded = engine === 'postgres' ? sql`lpad(i::text, 26, '0')` : sql`printf('%026d', i)`
  const [now, idleEnd, end] = [0, LIFE_MS, 12 * LIFE_MS].map((ms) => sql.lit(Date.now() + ms))
  await sql`insert into users (app_id, id, external_id, status, profile, scopes, created_at, updated_at)
    select ${APP}, 'usr_' || ${padded}, null, 'active', '{"first_name":"Ada","last_name":"Lovelace"}', '[]', ${now}, ${now} from ${numbers}`.execute(
    db,
  )
  await sql`insert into identifiers (app_id, user_id, type, value, verified_at, created_at)
    select ${APP}, 'usr_' || ${padded}, 'email_address', 'person' || i || '@crowd.example', ${now}, ${now} from ${numbers}`.execute(
    db,
  )
  await sql`insert into sessions (app_id, id, user_id, counter, jkt, scopes, amr, group_ids, auth_time, created_at, last_seen_at,
      idle_expires_at, expires_at, token_key, sweep_at, device_id, device_model, device_type, os_version, country_code)
    select ${APP}, 'ses_' || ${padded}, 'usr_' || ${padded}, 0, ${KEY}, '[]', '["otp"]', '', ${now}, ${now} - i, ${now} - i,
      ${idleEnd} - i, ${end}, 'mk_1', ${idleEnd} - i, 'device-' || i, 'iPhone 17', 'phone', 'iOS 26', 'AT'
    from ${numbers}`.execute(db)
}

/** Refreshes of those sessions at random, in groups as the server would write them. */
export function refreshesOf(count: number) {
  const counters = new Uint32Array(count + 1)
  return (size: number): CounterMove[] => {
    const now = Date.now()
    const numbers = new Set(Array.from({ length: size }, () => 1 + Math.floor(Math.random() * count)))
    return Array.from(numbers, (i) => {
      const presented = counters[i] ?? 0
      counters[i] = presented + 1
      const id = `ses_${String(i).padStart(26, '0')}`
      const rest = { jkt: KEY, idle_expires_at: now + LIFE_MS, proof_issued_at: now, token_key: 'mk_1' }
      return { app_id: APP, id, presented, now, ...rest }
    })
  }
}

/** The statement that refreshes a session. */
export async function refreshStatement(): Promise<GroupedUpdate> {
  const { promise, resolve } = Promise.withResolvers<GroupedUpdate>()
  const grouped = (update: GroupedUpdate) => async () => void resolve(update)
  const [move] = refreshesOf(1)(1)
  await swapCounter({ grouped } as unknown as Deps, move as CounterMove)
  return await promise
}
