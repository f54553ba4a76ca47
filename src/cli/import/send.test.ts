import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { application } from '../../../test/builders.ts'
import { type World, world } from '../../../test/world.ts'
import { readPiece } from '../../core/imports/pieces.ts'
import { openImport } from '../../core/imports/steps.ts'
import { findImport } from '../../core/imports/store.ts'
import type { ImportRow } from '../../core/imports/tables.ts'
import type { Channel } from '../api/channel.ts'
import { openLocal } from '../api/local.ts'
import { callsOf } from './calls.ts'
import { type ImportPlan, planImport } from './flags.ts'
import { sendLines } from './send.ts'

const folder = mkdtempSync(join(tmpdir(), 'antiphon-send-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** Three chunks and a bit, of lines of every length. */
function writeUsers(letter = 'x'): string {
  const row = (i: number) => ({ user_id: `u${i}`, user_metadata: { text: letter.repeat((i * 7919) % 16_000) } })
  const path = join(folder, `${letter}.ndjson`)
  writeFileSync(path, Array.from({ length: 450 }, (_, i) => `${JSON.stringify(row(i))}\n`).join(''))
  return path
}

async function openedBy(w: World, plan: ImportPlan): Promise<ImportRow> {
  const options = { update: [...plan.update], since: undefined, expect: undefined, dry_run: false }
  const opened = await openImport(w.deps, plan.appId, { source: 'auth0', options, canaries: [] })
  return opened.kind === 'opened' ? opened.row : assert.fail(opened.kind)
}

async function current(w: World, { app_id, id }: ImportRow): Promise<ImportRow> {
  return (await findImport(w.deps.db, app_id, id)) ?? assert.fail('it is gone')
}

/** Read the files until asked to stop, at the so-manieth look; answers what came of it. */
async function read(channel: Channel, row: ImportRow, plan: ImportPlan, stopAt = Number.POSITIVE_INFINITY) {
  let looks = 0
  const terminal = { show() {}, isInterrupted: () => looks++ >= stopAt, close() {} }
  const { app_id, id } = row
  const calls = callsOf(channel, app_id)
  const one = (await calls.find(id)) ?? assert.fail('it is gone')
  return await sendLines(calls, one, plan, { mapped: undefined, terminal })
}

async function bytesOf(w: World, row: ImportRow): Promise<Buffer> {
  const { app_id, id, received_bytes } = await current(w, row)
  const pieces: Uint8Array[] = []
  for (let at = 0; at < received_bytes; ) {
    const piece = (await readPiece(w.deps.db, w.deps, app_id, id, at)) ?? assert.fail(`nothing at ${at}`)
    pieces.push(piece)
    at += piece.byteLength
  }
  return Buffer.concat(pieces)
}

test('reading that is broken off anywhere, as often as may be, brings the same bytes as reading at once', async () => {
  const w = await world('sqlite')
  const { channel } = await openLocal(w.deps)
  const app = await application(w)
  const plan = planImport([writeUsers()], { app: app.id, from: 'auth0' })
  assert.ok(plan.kind === 'plan')
  const whole = await openedBy(w, plan)
  assert.equal((await read(channel, whole, plan)).kind, 'sent')
  const expected = (await bytesOf(w, whole)).toString()
  assert.ok(expected.length > 3 * 1024 * 1024)

  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(60), { maxLength: 4 }), async (stops) => {
      const other = await application(w)
      const place = { ...plan, appId: other.id }
      const row = await openedBy(w, place)
      for (const stop of stops) assert.match((await read(channel, row, place, stop)).kind, /^(interrupted|sent)$/)
      assert.equal((await read(channel, row, place)).kind, 'sent')
      assert.equal((await bytesOf(w, row)).toString(), expected)
    }),
    { numRuns: 6 },
  )
})

test('other files of the same size are noticed by the piece that came last', async () => {
  const w = await world('sqlite')
  const { channel } = await openLocal(w.deps)
  const app = await application(w)
  const [plan, other] = ['x', 'y'].map((letter) => planImport([writeUsers(letter)], { app: app.id, from: 'auth0' }))
  assert.ok(plan?.kind === 'plan' && other?.kind === 'plan')
  const row = await openedBy(w, plan)
  const stops = 20
  assert.equal((await read(channel, row, plan, stops)).kind, 'interrupted')
  assert.ok((await current(w, row)).received_bytes >= 1024 * 1024)
  assert.equal((await read(channel, row, other)).kind, 'other_files')
  assert.equal((await read(channel, row, plan)).kind, 'sent')
})
