import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { application, login, REFRESH, user } from '../../../test/builders.ts'
import { sessionRow } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { START, type World } from '../../../test/world.ts'
import type { GroupedUpdate } from '../../platform/group.ts'
import { KEPT_MS, sweepSessions } from './store/sweep.ts'
import { type CounterMove, swapCounter } from './store.ts'
import type { SessionTables } from './tables.ts'

const DAY_MS = 86_400_000

/** The statement that refreshes a session. */
async function refreshOf(w: World, move: CounterMove): Promise<GroupedUpdate> {
  const asked: GroupedUpdate[] = []
  const grouped = (update: GroupedUpdate) => {
    asked.push(update)
    return async () => undefined
  }
  await swapCounter({ ...w.deps, grouped }, move)
  const [update] = asked
  assert.ok(update)
  return update
}

/** The statement with its values, by their names. */
const bound = (text: string, values: Readonly<Record<string, unknown>>) =>
  sql.join(
    text.split(/:([a-z_]+)/).map((part, i) => (i % 2 === 0 ? sql.raw(part) : sql`${values[part]}`)),
    sql``,
  )

for (const { engine, w } of await stages()) {
  async function signedIn() {
    const app = await application(w)
    const client = await login(w, app, await user(w, app))
    const now = w.deps.now() + 1000
    const move: CounterMove = {
      app_id: app.id,
      id: client.sessionId,
      presented: 0,
      jkt: client.key?.thumbprint ?? '',
      now,
      idle_expires_at: now + DAY_MS,
      proof_issued_at: now,
      token_key: 'any',
    }
    return { app, client, move }
  }

  test(`${engine}: no index has a column that a refresh sets`, async () => {
    const { set } = await refreshOf(w, (await signedIn()).move)
    const columns = Array.from(set.matchAll(/(\w+) = /g), ([, name]) => name as string)
    assert.ok(columns.includes('counter') && columns.includes('idle_expires_at'), set)
    const { rows } = await (engine === 'postgres'
      ? sql<{ made: string }>`select indexdef as made from pg_indexes where tablename = 'sessions'`
      : sql<{
          made: string
        }>`select list.name || ' ' || group_concat(info.name) || ' ' || coalesce(master.sql, '') as made
          from pragma_index_list('sessions') as list, pragma_index_info(list.name) as info
          left join sqlite_master as master on master.name = list.name group by list.name`
    ).execute(w.deps.db)
    assert.ok(rows.length >= 4)
    for (const { made } of rows) for (const column of columns) assert.doesNotMatch(made, new RegExp(`\\b${column}\\b`))
  })

  if (engine === 'postgres')
    test('a refresh is written into the page of the row, and into no index', async () => {
      const { move } = await signedIn()
      const { set, where, returning } = await refreshOf(w, move)
      const counted = await w.deps.transact(async (tx) => {
        const values = { ...move }
        const update = sql`update sessions set ${bound(set, values)} where ${bound(where, values)} returning ${bound(returning, values)}`
        assert.equal((await update.execute(tx)).rows.length, 1)
        const counts = sql<{ all: number; inPlace: number }>`select n_tup_upd as "all", n_tup_hot_upd as "inPlace"
          from pg_stat_xact_user_tables where relname = 'sessions'`
        return (await counts.execute(tx)).rows
      })
      assert.deepEqual(counted, [{ all: 1, inPlace: 1 }])
    })

  test(`${engine}: a refresh does not tell the sweep, which looks again within thirty days`, async () => {
    const { app, client } = await signedIn()
    const looks = async () => (await sessionRow(w, app, client.sessionId)).sweep_at
    const first = await looks()
    assert.equal(first, (await sessionRow(w, app, client.sessionId)).created_at + KEPT_MS)
    assert.equal((await client.post(REFRESH)).status, 200)
    assert.equal(await looks(), first)
    const sweep = (now: number) => w.deps.transact((tx) => sweepSessions(tx, now, 10))
    assert.equal(await sweep(first - 1), 0)
    await sweep(first)
    const end = (await sessionRow(w, app, client.sessionId)).idle_expires_at
    assert.equal(end, first, 'it is over by then')
    assert.equal(await looks(), end + KEPT_MS + 1)
    await sweep(end + KEPT_MS)
    assert.equal(await looks(), end + KEPT_MS + 1)
    await sweep(end + KEPT_MS + 1)
    await assert.rejects(looks(), /no result/)
  })

  test(`${engine}: whatever lifetimes refreshes give it, a session goes thirty days after its end: none before, and at the first sweep from then on`, async () => {
    const { app, client } = await signedIn()
    const row = await sessionRow(w, app, client.sessionId)
    const start = START + 1_000 * DAY_MS
    const ends = new Map<string, number>()
    const random = lcg(7)
    const between = (least: number, most: number) => least + Math.floor(random() * (most - least))
    const lifetime = () => between(60_000, [DAY_MS, 20 * DAY_MS, 100 * DAY_MS][between(0, 3)] as number)
    const rows = Array.from({ length: 24 }, (_, i) => {
      const created_at = start - between(0, 90 * DAY_MS)
      // Every third was written by the release before.
      const sweep_at = i % 3 === 0 ? 0 : Math.max(created_at + KEPT_MS, between(start, start + KEPT_MS))
      return { ...row, id: `ses_sweep_${i}`, created_at, idle_expires_at: start + lifetime(), sweep_at }
    })
    for (const { id, idle_expires_at } of rows) ends.set(id, idle_expires_at)
    await w.deps.transact((tx) => tx.withTables<SessionTables>().insertInto('sessions').values(rows).execute())
    for (let now = start; now < start + 240 * DAY_MS; now += between(0, 10 * DAY_MS)) {
      const isFresh = (end: number) => end > now && now < start + 90 * DAY_MS && random() < 0.3
      const refreshed = [...ends].flatMap(([id, end]) => (isFresh(end) ? [[id, now + lifetime()] as const] : []))
      for (const [id, end] of refreshed) ends.set(id, end)
      const kept = await w.deps.transact(async (tx) => {
        const tables = tx.withTables<SessionTables>()
        for (const [id, idle_expires_at] of refreshed)
          await tables.updateTable('sessions').set({ idle_expires_at }).where('id', '=', id).execute()
        while ((await sweepSessions(tx, now, 7)) >= 7);
        return await tables.selectFrom('sessions').select('id').where('id', 'like', 'ses_sweep_%').execute()
      })
      for (const [id, end] of ends) if (end < now - KEPT_MS) ends.delete(id)
      assert.deepEqual(kept.map(({ id }) => id).toSorted(), [...ends.keys()].toSorted())
    }
    assert.equal(ends.size, 0)
  })

  test(`${engine}: of more than is looked at together nothing is forgotten`, async () => {
    const { app, client } = await signedIn()
    const row = await sessionRow(w, app, client.sessionId)
    const now = row.created_at + 100 * DAY_MS
    const rows = Array.from({ length: 25 }, (_, i) => {
      const idle_expires_at = i % 2 === 0 ? now - KEPT_MS - 1 : now + 1
      return { ...row, id: `ses_many_${i}`, idle_expires_at, sweep_at: i }
    })
    await w.deps.transact((tx) => tx.withTables<SessionTables>().insertInto('sessions').values(rows).execute())
    let rounds = 0
    while ((await w.deps.transact((tx) => sweepSessions(tx, now, 5))) >= 5) rounds += 1
    assert.ok(rounds <= 7, `${rounds} rounds`)
    const left = await w.deps.db
      .withTables<SessionTables>()
      .selectFrom('sessions')
      .select('sweep_at')
      .where('app_id', '=', app.id)
      .where('id', 'like', 'ses_many_%')
      .execute()
    assert.equal(left.length, 12)
    for (const { sweep_at } of left) assert.ok(sweep_at > now)
  })
}

/** Numbers in [0, 1) that look random, always the same. */
function lcg(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}
