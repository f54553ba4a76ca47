import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { boxOf } from '../../src/core/master-key/boxes/box.ts'
import { listRows } from '../../src/core/master-key/boxes/store.ts'
import { claimDatabase } from '../../src/core/master-key/canary.ts'
import { keyIdOf } from '../../src/crypto/sealed-box.ts'
import { keySet } from '../../src/platform/key-set.ts'
import { jobs, sealedColumns } from '../../src/server.ts'
import { application, type TestApp } from '../builders.ts'
import { ENGINES, freshDatabase, type World, world } from '../world.ts'
import { NEW, started } from './codes.ts'
import { imported, loadFile, startFile } from './imports.ts'
import { configure } from './legacy.ts'
import { queue } from './messages.ts'

/** What the product seals here. The rest of the columns have stories of their own that read them under the same context. */
const FILLED = [
  'signing_keys.sealed_private_jwk',
  'verifications.sealed_code',
  'jobs.payload',
  'idempotency_keys.answer',
  'webhooks.sealed_token',
  'migration_configs.config',
  'imports.sealed_canaries',
  'import_pieces.sealed',
  'import_lines.sealed',
  'import_leftovers.sealed',
  'kept_keys.sealed',
]

/** Fill the columns as their owners do. */
async function fill(w: World, app: TestApp): Promise<void> {
  const made = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const answer = await app.manage(path, { body, headers })
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
  }
  await made(
    '/users',
    { identifiers: [{ type: 'email_address', value: 'eve@example.com' }] },
    { 'idempotency-key': 'k' },
  )
  await made('/webhooks', {
    url: 'https://hooks.example.com/in',
    verification_token: 'secret',
    events: ['user.created'],
  })
  await configure(app, {
    mode: 'jwt',
    issuer: 'https://legacy.example.com',
    audience: 'shop',
    algorithms: ['HS256'],
    secret: randomBytes(32).toString('base64'),
    secret_encoding: 'base64',
  })
  await loadFile(w, app, [
    { external_id: 'x', identifiers: 7 },
    imported('ada', { leftovers: [{ kind: 'totp', value: { secret: 'JBSWY3DPEHPK3PXP' } }] }),
  ])
  await startFile(app, [imported('bo')], { canaries: [{ external_id: 'bo', password: 'correct horse battery' }] })
  await started(app, NEW, 'ada@example.com')
  await queue(w, app)
}

/** The boxes of a column: how many there are, and which keys those name that open in their place. */
async function look(w: World): Promise<Map<string, { boxes: number; open: (string | undefined)[] }>> {
  const found = new Map<string, { boxes: number; open: (string | undefined)[] }>()
  for (const column of sealedColumns) {
    const rows = await listRows(w.deps.db, column, undefined, 1_000)
    const boxes = rows.flatMap((row) => boxOf(column, row) ?? [])
    const open = boxes.filter(({ context, sealed }) => column.box.open(w.deps, context, sealed) !== undefined)
    found.set(`${column.table}.${column.column}`, {
      boxes: boxes.length,
      open: open.map(({ sealed }) => keyIdOf(sealed)),
    })
  }
  return found
}

for (const engine of ENGINES) {
  test(`${engine}: whatever the product has sealed opens in the place that its column declares, before a rotation, after it and when it is sealed anew`, async () => {
    const databaseUrl = await freshDatabase(engine)
    const before = await world(engine, { databaseUrl })
    assert.equal(await claimDatabase(before.deps), true)
    await fill(before, await application(before))
    const config = { masterKey: new Uint8Array(randomBytes(32)), previousMasterKeys: [before.deps.config.masterKey] }
    const after = await world(engine, { databaseUrl, wallClock: before.deps.now(), config })
    assert.equal(await claimDatabase(after.deps), true)
    for (const isResealed of [false, true]) {
      if (isResealed)
        await jobs.find(({ kind }) => kind === 'master-key/reseal')?.run(null, { appId: '', jobId: '' }, after.deps)
      const found = await look(after)
      for (const name of FILLED) {
        const { boxes, open } = found.get(name) ?? { boxes: 0, open: [] }
        assert.ok(boxes > 0, `nothing in ${name}`)
        assert.equal(open.length, boxes, `${name} opens`)
        const isLeft = sealedColumns.some((one) => `${one.table}.${one.column}` === name && one.isLeft)
        const { id } = keySet(after.deps).current().newest
        if (isResealed && !isLeft) assert.deepEqual(new Set(open), new Set([id]), name)
      }
    }
  })
}
