import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { claimDatabase } from '../../src/core/master-key/canary.ts'
import { changeMasterKeys } from '../../src/core/master-key/change.ts'
import { listMissing, readStatus } from '../../src/core/master-key/status.ts'
import { keySetOf } from '../../src/platform/key-set.ts'
import { jobs, sealedColumns } from '../../src/server.ts'
import { send, type TestApp } from '../builders.ts'
import { type EngineName, freshDatabase, START, type World, world } from '../world.ts'

const HOUR_MS = 3_600_000
/** How long the first process under a new key waits before it issues anything. */
const SEEN_MS = 200

/** Three stages for each rotation: the new key second, the new key first, the new key alone. */
const STAGES = 3
const MASTER_KEYS = Array.from({ length: 40 }, () => new Uint8Array(randomBytes(32)))
const masterKey = (n: number): Uint8Array => MASTER_KEYS[n] ?? new Uint8Array(randomBytes(32))

/** The master keys that the guide gives a process at a stage, the newest first. */
export function keysAt(stage: number): readonly [Uint8Array, ...Uint8Array[]] {
  const n = Math.floor(stage / STAGES)
  if (stage % STAGES === 0) return [masterKey(n)]
  return stage % STAGES === 1 ? [masterKey(n), masterKey(n + 1)] : [masterKey(n + 1), masterKey(n)]
}

interface Member {
  w: World
  stage: number
}

/** Processes on one database, each somewhere between one master key and the next. */
export interface Fleet {
  readonly members: readonly Member[]
  /** Which of them is asked next. */
  via: number
  /** How often each thing has happened. */
  readonly seen: Map<string, number>
}

export function see({ seen }: Fleet, what: string): void {
  seen.set(what, (seen.get(what) ?? 0) + 1)
}

export async function newFleet(engine: EngineName, size: number): Promise<Fleet> {
  const databaseUrl = await freshDatabase(engine)
  const members: Member[] = []
  for (let i = 0; i < size; i++) members.push({ w: await opened(engine, databaseUrl, 0), stage: 0 })
  return { members, via: 0, seen: new Map() }
}

async function opened(engine: EngineName, databaseUrl: string, stage: number, now = START): Promise<World> {
  const [masterKey, ...previousMasterKeys] = keysAt(stage)
  const w = await world(engine, { databaseUrl, config: { masterKey, previousMasterKeys } })
  w.advance(now - START)
  if (stage === 0) assert.equal(await claimDatabase(w.deps), true)
  return w
}

export const memberOf = ({ members }: Fleet, i: number): Member => members[i % members.length] as Member

/** The process that is asked. */
export const asked = (fleet: Fleet): World => memberOf(fleet, fleet.via).w

/** The application, whichever process answers. */
export const behind = (fleet: Fleet, app: TestApp): TestApp => ({
  ...app,
  call: (path, call = {}) => send(asked(fleet), path, { ...call, headers: { host: app.host, ...call.headers } }),
  manage: (path, call = {}) => {
    const headers = { authorization: `Bearer ${app.managementKey}`, ...call.headers }
    return send(asked(fleet), `/v2/session/apps/${app.id}${path}`, { ...call, headers })
  },
})

/** Time passes for all of them. What one of them alone was told, the others catch up with. */
export function pass({ members }: Fleet, ms: number): void {
  const now = Math.max(...members.map(({ w }) => w.deps.now())) + ms
  for (const { w } of members) w.advance(now - w.deps.now())
}

/** Give a process the keys of a stage: it reads them again, or starts anew. What is refused changes nothing. */
export async function give(fleet: Fleet, member: Member, stage: number, restarts: boolean): Promise<void> {
  const { w } = member
  const engine = w.databaseUrl.startsWith('sqlite') ? 'sqlite' : 'postgres'
  const [newest, ...previous] = keysAt(stage)
  if (restarts) {
    const next = await opened(engine, w.databaseUrl, stage, w.deps.now())
    assert.deepEqual(await listMissing(next.deps, sealedColumns), [])
    assert.equal(await claimDatabase(next.deps), true)
    member.w = next
  } else {
    const change = await changeMasterKeys(w.deps, sealedColumns, keySetOf(newest, previous))
    assert.equal(change.kind, 'changed')
  }
  member.stage = stage
  pass(fleet, SEEN_MS)
}

/** Take a process one stage further, as far as the guide lets it: the others are not behind it, and no key goes before it may. */
export async function roll(fleet: Fleet, i: number, restarts: boolean): Promise<void> {
  const member = memberOf(fleet, i)
  if (fleet.members.some(({ stage }) => stage < member.stage)) return
  // One process alone need not know a key before it is the newest.
  const isAlone = fleet.members.length === 1 && restarts && member.stage % STAGES === 0
  const next = member.stage + (isAlone ? 2 : 1)
  if (next % STAGES === 0 && !(await mayAlone(member, next))) return see(fleet, 'kept the old key')
  await give(fleet, member, next, restarts)
  see(fleet, `stage ${next % STAGES}`)
  see(fleet, restarts ? 'restarted' : 'read again')
}

/** Whether the old key may go. A process that is to go on without it is refused as long as anything hangs on it. */
async function mayAlone({ w }: Member, stage: number): Promise<boolean> {
  const { keys } = await readStatus(w.deps, sealedColumns)
  const alone = keySetOf(keysAt(stage)[0], [])
  const mayGo = keys.every(({ id, mayGo }) => id === alone.newest.id || mayGo)
  const missing = await listMissing(w.deps, sealedColumns, alone)
  if (mayGo) assert.deepEqual(missing, [], 'what may go is not missed')
  else if (missing.length > 0)
    assert.equal((await changeMasterKeys(w.deps, sealedColumns, alone)).kind, 'needed', 'nothing is taken too early')
  return mayGo
}

/** The jobs that are due, and that which seals anew, of one process. */
export async function work(fleet: Fleet, i: number): Promise<void> {
  const { w } = memberOf(fleet, i)
  await w.drain()
  await jobs.find(({ kind }) => kind === 'master-key/reseal')?.run(null, { appId: '', jobId: '' }, w.deps)
}

/** An hour goes by, in which every process works. */
export async function settle(fleet: Fleet): Promise<void> {
  pass(fleet, HOUR_MS + 60_000)
  for (const run of jobs.filter(({ kind }) => kind.startsWith('sweep/')))
    await run.run(null, { appId: '', jobId: '' }, asked(fleet).deps)
  for (const i of fleet.members.keys()) await work(fleet, i)
}
