import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { sql } from 'kysely'
import {
  application,
  type Client,
  credentials,
  login,
  REFRESH,
  type TestApp,
  through,
  user,
} from '../../test/builders.ts'
import { copyOf as copyAt } from '../../test/house/copies.ts'
import { sessionRow } from '../../test/house/rows.ts'
import { ENGINES, type EngineName, freshDatabase, type World, world } from '../../test/world.ts'
import { claimDatabase } from '../core/master-key/canary.ts'
import { masterKeyId } from '../platform/key-set.ts'
import { backup } from './backup.ts'
import type { Outcome } from './outcome.ts'
import { restore } from './restore.ts'

const folder = mkdtempSync(join(tmpdir(), 'antiphon-restore-'))
after(() => rmSync(folder, { recursive: true, force: true }))
let made = 0
const place = () => join(folder, `${made++}.db`)

/** The key of every world of tests. */
const KEY = Buffer.alloc(32, 7).toString('base64')
const OTHER_KEY = 'hX0pXfKzqI9O8wq2b0V3Yx1m7c5d6e4f3g2h1iJkLmN='
const naming = (url: string, key = KEY) => ({ ANTIPHON_DATABASE_URL: url, ANTIPHON_MASTER_KEY: key })

const jsonOf = (outcome: Outcome) => (outcome.kind === 'done' ? outcome.json : assert.fail(JSON.stringify(outcome)))
const reasonOf = (outcome: Outcome) =>
  outcome.kind === 'refused' ? outcome.reason : assert.fail(JSON.stringify(outcome))
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

/** A world whose sessions are alive by the clock of this machine. */
const today = (engine: EngineName, databaseUrl: string) => world(engine, { databaseUrl, wallClock: Date.now() })

/** A copy of the world's database that nobody has open, as `restore` takes it. */
const copyOf = async (engine: EngineName, w: World) => (await copyAt(engine, w, place())).replace(/^sqlite:/, '')

const refreshAt = async (w: World, app: TestApp, client: Client) => {
  const at = through(w, app)
  return await at.call(REFRESH, { method: 'POST', headers: await credentials(at, client, REFRESH) })
}

for (const engine of ENGINES) {
  describe(engine, async () => {
    const w = await today(engine, await freshDatabase(engine))

    test('a copy is checked, stays as it is, and serves whoever was logged in; who refreshed since then, too', async () => {
      const [app, empty] = [await application(w), await application(w)]
      const clients = [
        await login(w, app, await user(w, app)),
        await login(w, app, await user(w, app), 'cookie'),
        await login(w, app, await user(w, app)),
      ]
      const copy = await copyOf(engine, w)
      assert.equal((await clients[2]?.post(REFRESH))?.status, 200)

      const variables = naming(engine === 'sqlite' ? `sqlite:${place()}` : w.databaseUrl)
      const outcome = await restore(variables, copy, { check: true })
      const { tables, rows, source, ...found } = jsonOf(outcome) as Record<string, unknown>
      assert.ok((tables as number) > 60 && (rows as number) > 10)
      assert.deepEqual(found, {
        ...{ usable: true, fault: null, migrated: 0, applications: 2, users: 3, sessions: 3, opens: true },
        ...{ refreshed: 1, without_session: 1 },
      })
      assert.match(
        (outcome as { plain: string }).plain,
        /^Refreshed {5}a session in 1 of 2 applications; in 1 none is alive$/m,
      )
      assert.ok(empty)

      const url = engine === 'postgres' ? copy : variables.ANTIPHON_DATABASE_URL
      if (engine === 'sqlite') jsonOf(await restore(variables, copy, {}))
      const restored = await today(engine, url)
      for (const { sessionId } of clients) assert.equal((await sessionRow(restored, app, sessionId)).counter, 0)
      for (const client of clients) assert.equal((await refreshAt(restored, app, client)).status, 200)
    })

    test('a copy that another master key was made with is told so, and is not put in place', async () => {
      await application(w)
      const copy = await copyOf(engine, w)
      const url = `sqlite:${place()}`
      const outcome = await restore(naming(url, OTHER_KEY), copy, { check: true })
      assert.equal(outcome.kind === 'done' && outcome.failed, true)
      const { usable, fault } = jsonOf(outcome) as { usable: boolean; fault: string }
      assert.equal(usable, false)
      assert.match(fault, /^the master key is not the one that it was made with(: it takes the key [0-9a-f]{8})?$/)
      if (engine === 'postgres') return
      const put = await restore(naming(url, OTHER_KEY), copy, {})
      assert.equal(put.kind === 'done' && put.failed, true)
      assert.equal(existsSync(url.slice('sqlite:'.length)), false)
    })

    test('a copy in the middle of a rotation of the master key takes both keys, and with both it is good', async () => {
      const databaseUrl = await freshDatabase(engine)
      const old = await today(engine, databaseUrl)
      assert.equal(await claimDatabase(old.deps), true)
      const app = await application(old)
      const client = await login(old, app, await user(old, app))
      const next = Buffer.from(OTHER_KEY, 'base64')
      const keys = { masterKey: new Uint8Array(next), previousMasterKeys: [old.deps.config.masterKey] }
      const both = await world(engine, { databaseUrl, wallClock: Date.now(), config: keys })
      assert.equal(await claimDatabase(both.deps), true)
      const copy = await copyOf(engine, both)
      const variables = naming(engine === 'sqlite' ? `sqlite:${place()}` : databaseUrl, OTHER_KEY)
      const checked = async (previous: string) =>
        jsonOf(await restore({ ...variables, ANTIPHON_MASTER_KEY_PREVIOUS: previous }, copy, { check: true })) as {
          usable: boolean
          fault: string
          refreshed: number
        }
      assert.match((await checked('')).fault, /^ANTIPHON_MASTER_KEY_PREVIOUS: lacks the key [0-9a-f]{8}, on which/)
      const { usable, refreshed } = await checked(KEY)
      assert.deepEqual([usable, refreshed], [true, 1])
      const url = engine === 'sqlite' ? `sqlite:${copy}` : copy
      const restored = await world(engine, { databaseUrl: url, wallClock: Date.now(), config: keys })
      assert.equal(await claimDatabase(restored.deps), true)
      assert.equal((await refreshAt(restored, app, client)).status, 200)
    })

    test('a copy of an older release is migrated; a PostgreSQL that somebody has open is not touched', async () => {
      const copy = await copyOf(engine, w)
      const url = engine === 'sqlite' ? `sqlite:${copy}` : copy
      const older = await today(engine, url)
      await older.deps.transact((tx) => sql`delete from migrations where name = 'release/001'`.execute(tx))
      if (engine === 'postgres') {
        assert.match(reasonOf(await restore(naming(url), copy, { check: true })), /^others are connected to postgres:/)
        return
      }
      const found = jsonOf(await restore(naming(`sqlite:${place()}`), copy, { check: true })) as { migrated: number }
      assert.equal(found.migrated, 1)
    })
  })
}

describe('files', () => {
  test('a copy is whole, for its owner alone, and overwrites nothing', async () => {
    const w = await world('sqlite', { databaseUrl: await freshDatabase('sqlite') })
    const app = await application(w)
    for (let i = 0; i < 20; i++) await user(w, app)
    const file = place()
    const answer = jsonOf(await backup(naming(w.databaseUrl), file)) as { bytes: number }
    assert.equal(answer.bytes, statSync(file).size)
    assert.equal(modeOf(file), '600')
    assert.equal(existsSync(`${file}.partial`), false)
    const found = jsonOf(await restore(naming(w.databaseUrl), file, { check: true })) as { users: number }
    assert.equal(found.users, 20)

    const before = readFileSync(file)
    assert.match(reasonOf(await backup(naming(w.databaseUrl), file)), /is there already: nothing is overwritten$/)
    assert.deepEqual(readFileSync(file), before)
    assert.match(reasonOf(await restore(naming(w.databaseUrl), file, { yes: true })), /^a server has .* open: stop it/)
    assert.match(reasonOf(await backup(naming(`sqlite:${place()}`), place())), /^there is no database at /)
  })

  test('a backup that is taken in the middle of a rotation of the master key says which keys it takes, and with them is served from', async () => {
    const databaseUrl = await freshDatabase('sqlite')
    const old = await today('sqlite', databaseUrl)
    assert.equal(await claimDatabase(old.deps), true)
    const app = await application(old)
    const client = await login(old, app, await user(old, app))
    const keys = {
      masterKey: new Uint8Array(Buffer.from(OTHER_KEY, 'base64')),
      previousMasterKeys: [old.deps.config.masterKey],
    }
    const both = await world('sqlite', { databaseUrl, wallClock: Date.now(), config: keys })
    assert.equal(await claimDatabase(both.deps), true)
    // Somebody who came since hangs on the new key, everybody else on the old one.
    const newer = await login(both, through(both, app), await user(both, app))
    const file = place()
    jsonOf(await backup(naming(databaseUrl), file))

    const [OLD_ID, NEW_ID] = [masterKeyId(old.deps.config.masterKey), masterKeyId(keys.masterKey)]
    const url = `sqlite:${place()}`
    const faultOf = async (key: string) =>
      (jsonOf(await restore(naming(url, key), file, { check: true })) as { fault: string }).fault
    assert.match(await faultOf(KEY), new RegExp(`: it takes the key ${NEW_ID}$`))
    assert.match(await faultOf(OTHER_KEY), new RegExp(`^ANTIPHON_MASTER_KEY_PREVIOUS: lacks the key ${OLD_ID}, `))
    const stranger = Buffer.alloc(32, 9).toString('base64')
    assert.match(await faultOf(stranger), new RegExp(`: it takes the keys ${NEW_ID} and ${OLD_ID}$`))

    const variables = { ...naming(url, OTHER_KEY), ANTIPHON_MASTER_KEY_PREVIOUS: KEY }
    jsonOf(await restore(variables, file, {}))
    const restored = await world('sqlite', { databaseUrl: url, wallClock: Date.now(), config: keys })
    assert.equal(await claimDatabase(restored.deps), true)
    for (const one of [client, newer]) assert.equal((await refreshAt(restored, app, one)).status, 200)
  })

  test('what is in the place is refused, and with --yes put aside', async () => {
    const w = await world('sqlite', { databaseUrl: await freshDatabase('sqlite') })
    const [file, path] = [place(), place()]
    jsonOf(await backup(naming(w.databaseUrl), file))
    jsonOf(await restore(naming(`sqlite:${path}`), file, {}))
    assert.equal(modeOf(path), '600')
    assert.match(reasonOf(await restore(naming(`sqlite:${path}`), file, {})), /^there is a database at .*--yes/)
    chmodSync(path, 0o644)
    const { aside } = jsonOf(await restore(naming(`sqlite:${path}`), file, { yes: true })) as { aside: string }
    assert.ok(aside.startsWith(`${path}.before-`))
    assert.equal(modeOf(aside), '600')
  })

  test('what is no backup, is damaged or is not there is told in one line', async () => {
    const w = await world('sqlite', { databaseUrl: await freshDatabase('sqlite') })
    const [text, torn, absent] = [place(), place(), place()]
    writeFileSync(text, 'not a database, whatever its name is')
    jsonOf(await backup(naming(w.databaseUrl), torn))
    writeFileSync(torn, readFileSync(torn).fill(0xaa, 40_000, 120_000))
    const target = naming(`sqlite:${place()}`)
    const tried = async (file: string) => reasonOf(await restore(target, file, { check: true }))
    assert.match(await tried(text), /cannot be restored: file is not a database$/)
    assert.match(await tried(torn), /is damaged: |malformed/)
    const dump = place()
    writeFileSync(dump, 'PGDMP\x01\x0e\x00')
    assert.match(await tried(dump), /is a dump of PostgreSQL: pg_restore it into an empty database of its own/)
    assert.match(await tried(absent), /^there is no file /)
    assert.match(reasonOf(await restore(target, text, {})), /file is not a database$/)
  })

  test('of a PostgreSQL the line is told that does it, without the password, and nothing is said to be done', async () => {
    const url = "postgres://ada:s3cr'et@db.internal:5433/shop?pooler=transaction&sslmode=require"
    assert.equal(
      reasonOf(await backup(naming(url), "ada's.dump")),
      "nothing was written; PostgreSQL has a tool of its own, run: (umask 077; pg_dump --format=custom --no-owner --file='ada'\\''s.dump' 'postgres://ada@db.internal:5433/shop?sslmode=require')",
    )
    assert.equal(
      reasonOf(await restore(naming(url), 'shop.dump', {})),
      "PostgreSQL has a tool of its own; into an empty database, run: pg_restore --no-owner --exit-on-error --single-transaction --dbname='postgres://ada@db.internal:5433/shop?sslmode=require' shop.dump",
    )
  })
})
