import assert from 'node:assert/strict'
import { openLocal } from '../../src/cli/api/local.ts'
import type { ImportFlags } from '../../src/cli/import/flags.ts'
import { placeOf } from '../../src/cli/import/place.ts'
import type { Terminal } from '../../src/cli/import/terminal.ts'
import { importFiles } from '../../src/cli/import.ts'
import type { ImportRecord } from '../../src/core/imports/record.ts'
import type { Answer, TestApp } from '../builders.ts'
import type { World } from '../world.ts'

export const NDJSON = { 'content-type': 'application/x-ndjson' }

export const putLines = (app: TestApp, id: string, offset: number, body: Uint8Array): Promise<Answer> =>
  app.manage(`/imports/${id}/lines?offset=${offset}`, { method: 'PUT', headers: NDJSON, body })

/** A record of a file, as complete as the tools write it. */
export const imported = (externalId: string, more: Partial<ImportRecord> = {}): ImportRecord => ({
  external_id: externalId,
  identifiers: [{ type: 'email_address', value: `${externalId}@example.com`, verified: true }],
  profile: {},
  scopes: [],
  groups: [],
  federated_identities: [],
  status: 'active',
  ...more,
})

export const ndjson = (lines: readonly (object | string)[]): Buffer =>
  Buffer.from(lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''))

/** Send a file and have it loaded. Answers the id of the import. */
export async function startFile(
  app: TestApp,
  lines: readonly (object | string)[],
  options: object = {},
): Promise<string> {
  const opened = await app.manage('/imports', { body: { source: 'test', ...options } })
  assert.equal(opened.status, 201, JSON.stringify(opened.body))
  const { id } = opened.body.import
  const put = await putLines(app, id, 0, ndjson(lines))
  assert.equal(put.status, 200, JSON.stringify(put.body))
  const started = await app.manage(`/imports/${id}/start`, { method: 'POST' })
  assert.equal(started.status, 200, JSON.stringify(started.body))
  return id
}

export const reportOf = async (app: TestApp, id: string) => (await app.manage(`/imports/${id}/report`)).body.report

/** The outcomes that there were. */
export async function outcomesOf(app: TestApp, id: string): Promise<Record<string, number>> {
  const { outcomes } = await reportOf(app, id)
  return Object.fromEntries(Object.entries(outcomes as Record<string, number>).filter(([, count]) => count > 0))
}

export async function loadFile(w: World, app: TestApp, lines: readonly (object | string)[], options: object = {}) {
  const id = await startFile(app, lines, options)
  await w.drain()
  return { id, outcomes: await outcomesOf(app, id) }
}

export const linesOf = async (app: TestApp, id: string, outcome: string) =>
  (await app.manage(`/imports/${id}/lines?outcome=${outcome}`)).body.lines as {
    line: number
    offset: number
    external_id?: string
    field?: string
    code: string
  }[]

const channels = new WeakMap<World, ReturnType<typeof openLocal>>()

/** The management API of a world as commands on its database have it. */
export async function waysOf(w: World) {
  const opened = channels.get(w) ?? openLocal(w.deps)
  channels.set(w, opened)
  return await opened
}

/** `antiphon import` on the database of a world. */
export async function importInto(w: World, paths: readonly string[], flags: ImportFlags, terminal: Terminal) {
  const { channel } = await waysOf(w)
  return await importFiles(
    (appId) => placeOf({ channel, fetch: w.deps.fetch, own: w.deps }, appId),
    paths,
    flags,
    terminal,
  )
}
