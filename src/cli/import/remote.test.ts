import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { apiKey, application } from '../../../test/builders.ts'
import { remoteOf } from '../../../test/cli/remote.ts'
import { ENGINES, type World, world } from '../../../test/world.ts'
import { pause } from '../../platform/clock.ts'
import { openSafeFetch } from '../../platform/safe-fetch.ts'
import type { Channel } from '../api/channel.ts'
import { patient } from '../api/patient.ts'
import { openRemote } from '../api/remote.ts'
import { typed } from '../io.fixture.ts'
import type { Outcome } from '../outcome.ts'
import { run } from '../run.ts'

const folder = mkdtempSync(join(tmpdir(), 'antiphon-import-remote-'))
after(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
const newPath = () => join(folder, `${files++}`)
function written(content: string): string {
  const path = newPath()
  writeFileSync(path, content)
  return path
}
const ndjson = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
const rowsOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

const HASH = '$2b$10$.tyCFIeLnSaouD6ivShMuuqRwumkyA8.eqeZ2RwS7V/IJDQBJNFjG'
const user = (id: string, more: object = {}) => ({
  external_id: id,
  identifiers: [{ type: 'email_address', value: `${id}@lumen.example`, verified: true }],
  ...more,
})

/** A server that does its jobs meanwhile, as one does. */
async function whileServing<T>(w: World, work: () => Promise<T>): Promise<T> {
  let isOver = false
  const working = (async () => {
    while (!isOver) {
      await w.drain()
      await pause(10)
    }
  })()
  try {
    return await work()
  } finally {
    isOver = true
    await working
  }
}

for (const engine of ENGINES) {
  describe(engine, async () => {
    const w = await world(engine)
    const { json, refusal, antiphon, plain } = await remoteOf(w)

    test('a file is imported into a server: with hashes, test accounts, what was refused and who is who; and rolled back', async () => {
      const { id: app } = await application(w)
      const users = written(
        ndjson([user('mia', { password_hash: HASH }), user('ravi', { status: 'odd' }), user('zoé')]),
      )
      const canaries = written(ndjson([{ external_id: 'mia', password: 'legacy-pass-1' }]))
      const [ids, errors, lines] = [newPath(), newPath(), newPath()]
      const into = ['--app', app]
      const args = ['import', users, ...into, '--from', 'ndjson', '--json']
      const { out, code } = await whileServing(w, () =>
        antiphon([...args, '--canaries', canaries, '--ids', ids, '--errors', errors]),
      )
      const { import_id, outcomes, canaries: tried, hash_forms } = JSON.parse(out)
      assert.deepEqual([code, outcomes.created, outcomes.refused], [1, 2, 1])
      assert.deepEqual([hash_forms, tried[0].outcome], [{ bcrypt: 1 }, 'ok'])
      assert.deepEqual(
        rowsOf(ids)
          .map(({ external_id }) => external_id)
          .sort(),
        ['mia', 'zoé'],
      )
      assert.deepEqual(rowsOf(errors)[0].error.code, 'invalid_status')

      const [listed] = (await json('import', 'list', ...into)).imports
      assert.deepEqual([listed.id, listed.status, listed.has_canaries], [import_id, 'completed', true])
      assert.equal((await json('import', 'status', import_id, ...into)).status, 'completed')
      assert.match(await plain('import', 'lines', import_id, ...into), /^2 +2 +\d+ +invalid_status +status$/m)
      assert.deepEqual(await json('import', 'lines', import_id, '--out', lines, ...into), { lines: 1 })
      assert.equal((await json('import', 'verify', import_id, ...into)).canaries[0].outcome, 'ok')
      assert.match(await refusal('import', 'pause', import_id, ...into), /is completed/)
      const undone = await whileServing(w, () => json('import', 'rollback', import_id, '--yes', ...into))
      assert.deepEqual([undone.status, undone.deleted], ['rolled_back', 2])
      assert.match(await refusal('import', 'status', 'imp_nothing', ...into), /there is no import imp_nothing/)
    })

    test('what is asked for twice is done once: an import is cancelled, and is cancelled then', async () => {
      const made = await application(w)
      const { id } = (await made.manage('/imports', { body: { source: 'ndjson' } })).body.import
      for (let again = 0; again < 2; again++)
        assert.equal((await json('import', 'cancel', id, '--app', made.id)).status, 'cancelled')
      const { entries } = (await made.manage(`/audit?target=${id}`)).body
      assert.equal(entries.filter((one: { operation: string }) => one.operation === 'cancelImport').length, 1)
    })

    test('a server is told whose the import is, and by a key that may', async () => {
      const [mine, other] = [await application(w), await application(w)]
      const { id } = (await mine.manage('/imports', { body: { source: 'ndjson' } })).body.import
      assert.match(await refusal('import', 'status', id), /--app <id>/)
      const by = async (key: string, app: string) => {
        const io = typed({})
        const file = written(ndjson([user('eve')]))
        const server = ['--url', w.address, '--key', `@${written(key)}`]
        await run(['import', file, '--from', 'ndjson', '--app', app, ...server], {}, io)
        return io.said.err.join('\n')
      }
      assert.match(await by(await apiKey(w, mine.id), other.id), /there is no application/)
      const reader = await apiKey(w, mine.id, { permissions: ['imports:read'] })
      assert.match(await by(reader, mine.id), /\(403 /)
      const { imports } = (await mine.manage('/imports')).body
      assert.equal(imports.length, 1)
    })

    test('a server whose every other answer is lost is gone on with: one import, nobody twice', async () => {
      const app = await application(w)
      const { importFiles } = await import('../import.ts')
      const { callsOf } = await import('./calls.ts')
      const outbound = openSafeFetch({ allowPrivate: true })
      const straight = openRemote(outbound, w.address, await apiKey(w, app.id))
      let calls = 0
      const lossy: Channel = async (request) => {
        const answer = await straight(request)
        return calls++ % 2 === 1 ? { kind: 'away', reason: 'cut off' } : answer
      }
      const channel = patient(lossy, async () => {})
      await channel({ method: 'GET', path: `/v2/session/apps/${app.id}/imports` })
      const rows = Array.from({ length: 40 }, (_, i) => user(`é${i}`, { profile: { text: 'ü'.repeat(20_000) } }))
      const place = { calls: callsOf(channel, app.id), work: () => w.drain(), lookEveryMs: 1_000 }
      const quiet = { show() {}, isInterrupted: () => false, close() {} }
      const outcome: Outcome = await importFiles(
        () => place,
        [written(ndjson(rows))],
        { app: app.id, from: 'ndjson' },
        quiet,
      )
      outbound.close()
      assert.ok(outcome.kind === 'done' && !outcome.failed, JSON.stringify(outcome))
      assert.equal((outcome.json as { outcomes: { created: number } }).outcomes.created, 40)
      assert.equal((await app.manage('/imports')).body.imports.length, 1)
    })

    test('a server that goes away for good is told of, with how to go on; files of the operator are not left half', async () => {
      const app = await application(w)
      const { importFiles } = await import('../import.ts')
      const { callsOf } = await import('./calls.ts')
      const outbound = openSafeFetch({ allowPrivate: true })
      const straight = openRemote(outbound, w.address, await apiKey(w, app.id))
      const gone: Channel = async (request) =>
        request.method === 'PUT' ? { kind: 'away', reason: 'it is away' } : await straight(request)
      const at = (channel: Channel) => () => ({
        calls: callsOf(
          patient(channel, async () => {}),
          app.id,
        ),
        work: () => w.drain(),
        lookEveryMs: 1_000,
      })
      const quiet = { show() {}, isInterrupted: () => false, close() {} }
      const [path, mapped] = [written(ndjson([user('mia')])), newPath()]
      const flags = { app: app.id, from: 'ndjson', mapped }
      const cut = await importFiles(at(gone), [path], flags, quiet)
      const reason = cut.kind === 'refused' ? cut.reason : assert.fail(cut.kind)
      const [, id = ''] = /^it is away; go on with the same command and `--continue (imp_\w+)`/.exec(reason) ?? []
      assert.equal(existsSync(mapped), false)
      const ended = await importFiles(at(straight), [path], { ...flags, continue: id }, quiet)
      outbound.close()
      assert.equal(ended.kind === 'done' && (ended.json as { import_id: string }).import_id, id)
      assert.equal(rowsOf(mapped).length, 1)
    })
  })
}

test('a server that nobody has heard of is not waited for; one that has answered is, for half a minute', async () => {
  const waits: number[] = []
  const wait = async (ms: number) => void waits.push(ms)
  let isAway = true
  const channel = patient(async () => (isAway ? { kind: 'away', reason: 'gone' } : { kind: 'answered', body: 1 }), wait)
  const call = () => channel({ method: 'GET', path: '/' })
  assert.deepEqual([(await call()).kind, waits], ['away', []])
  isAway = false
  assert.equal((await call()).kind, 'answered')
  isAway = true
  assert.equal((await call()).kind, 'away')
  assert.equal(
    waits.reduce((sum, ms) => sum + ms, 0),
    30_250,
  )
})
