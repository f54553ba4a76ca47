import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { after, before } from 'node:test'
import { pathToFileURL } from 'node:url'
import { randomBytes } from '../src/crypto/random.ts'
import { pause } from '../src/platform/clock.ts'
import type { Config } from '../src/platform/config.ts'
import { type Database, openDatabase } from '../src/platform/db.ts'
import type { Bounds } from '../src/platform/db-bounds.ts'
import { assertNoTransaction } from '../src/platform/db-context.ts'
import type { Deps } from '../src/platform/deps.ts'
import type { FastifyInstance } from '../src/platform/http.ts'
import { runDueJobs } from '../src/platform/jobs/jobs.ts'
import { runDueLanes } from '../src/platform/jobs/lanes.ts'
import { openLog } from '../src/platform/log.ts'
import { openMetrics } from '../src/platform/metrics.ts'
import { type NameServers, openNames } from '../src/platform/names.ts'
import {
  type OutboundRequest,
  openSafeFetch,
  type SafeConnect,
  type SafeFetch,
  type SafeFetchOptions,
} from '../src/platform/safe-fetch.ts'
import { tracedProcess } from '../src/platform/traces/process.ts'
import type { Recorder } from '../src/platform/traces/tracer.ts'
import { jobs, lanes, openServer } from '../src/server.ts'
import { type Contract, published } from './contract.ts'
import { createDatabase, dropDatabase } from './postgres.ts'
import { makePostgresTemplate, makeSqliteTemplate } from './template.ts'

const postgres = process.env.ANTIPHON_TEST_POSTGRES

export type EngineName = 'sqlite' | 'postgres'

/** The engines stories run on: SQLite always, PostgreSQL when the runner started one. */
export const ENGINES: readonly EngineName[] = postgres ? ['sqlite', 'postgres'] : ['sqlite']

// The runner starts the first test at once, and takes a file for finished whenever its tests have caught up with one that still waits
// for its next world; what was open is closed then. So no test starts before its whole file was read.
const testFile = import(pathToFileURL(process.argv[1] as string).href)
before(async () => {
  await testFile
})

const folder = mkdtempSync(join(process.env.ANTIPHON_TEST_FOLDER ?? tmpdir(), 'antiphon-test-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** Those that the runner made for all processes, or this one's own. */
const templates: Partial<Record<EngineName, Promise<string> | string>> = JSON.parse(
  process.env.ANTIPHON_TEST_TEMPLATES ?? '{}',
)
let clones = 0

/** An empty, migrated database of this test's own, by cloning one. */
export async function freshDatabase(engine: EngineName): Promise<string> {
  templates[engine] ??= engine === 'postgres' ? makePostgresTemplate(postgres as string) : makeSqliteTemplate(folder)
  const template = await templates[engine]
  if (engine === 'postgres') return await createDatabase(postgres as string, new URL(template).pathname.slice(1))
  const path = join(folder, `${clones++}.db`)
  copyFileSync(template.slice('sqlite:'.length), path)
  return `sqlite:${path}`
}

/** What a declared fake answers; anything else is refused. */
export type FakeNetwork = (request: OutboundRequest) => ReturnType<SafeFetch> | undefined

/** What the monotonic clock of a world says at first. */
const BEGUN = 1_000
export const START = Date.UTC(2026, 0, 2, 3, 4, 5)
export const BASE_DOMAIN = 'session.test'

const TEST_CONFIG: Config = {
  databaseUrl: '',
  expectDatabase: false,
  processes: undefined,
  databasePool: 16,
  listen: { host: '127.0.0.1', port: 0 },
  metricsListen: undefined,
  metricsPublic: false,
  consoleListen: undefined,
  consoleHost: undefined,
  consoleCompany: undefined,
  masterKey: new Uint8Array(32).fill(7),
  previousMasterKeys: [],
  baseDomain: BASE_DOMAIN,
  publicScheme: 'https',
  drainSeconds: 0,
  tls: undefined,
  tlsFiles: undefined,
  secretFiles: [],
  trustedProxies: ['127.0.0.1'],
  defaultApp: undefined,
  allowPrivateHooks: false,
  extraCertificateAuthority: undefined,
  fidoMetadata: undefined,
  dnsServers: [],
  trustTraceparent: false,
  logRequests: false,
  logLevel: 'debug',
}

/** A whole server on a database of its own, with a clock that stands still and a network that refuses all but declared fakes. */
export interface World {
  readonly deps: Deps
  readonly databaseUrl: string
  /** `http://127.0.0.1:port`, or https when `config.tls` is given; requests name their application in the Host header. */
  readonly address: string
  /** Waits for the server to take calls: it refuses them while the process loads the files of other tests, or is kept from running. */
  calm(): Promise<void>
  /** Everything the server logged. */
  readonly log: string[]
  /** Answers, and requests of ours, that were not as their OpenAPI document has them, since they were last looked at. `send` throws them; what is left fails its file. */
  readonly breaches: string[]
  /** Outbound calls, oldest first. */
  readonly outbound: OutboundRequest[]
  /** Answers outbound calls from now on. */
  fakeNetwork(fake: FakeNetwork): void
  /** Answers plain connections from now on. */
  fakeDial(fake: SafeConnect): void
  /** Let time pass. */
  advance(ms: number): void
  /** Set the wall clock, as an operator or a time server does; Unix ms. The monotonic clock does not notice. */
  setWallClock(ms: number): void
  /** Run due jobs and lanes until none is left. */
  drain(): Promise<void>
}

export async function world(
  engine: EngineName,
  options: {
    config?: Partial<Config>
    databaseUrl?: string
    /** How long it waits for its database, where that is not as usual. */
    bounds?: Partial<Bounds>
    /** What its wall clock says when the process starts; Unix ms. */
    wallClock?: number
    pages?: (server: FastifyInstance) => Promise<void>
    /** Let outbound calls leave through the real network, in place of the fake one. */
    network?: SafeFetchOptions
    /** Name servers of this test's own; without them no name has any record. */
    names?: NameServers
    /** What records its traces. */
    recorder?: Recorder
  } = {},
): Promise<World> {
  const databaseUrl = options.databaseUrl ?? (await freshDatabase(engine))
  const {
    engine: _,
    close,
    ...handles
  } = openDatabase(
    databaseUrl,
    () => {},
    options.bounds,
    (write, ms) => deps.metrics.commits.observe({ write }, ms / 1000),
  )
  const log: string[] = []
  const outbound: OutboundRequest[] = []
  let time = options.wallClock ?? START
  let uptime = BEGUN
  const network = options.network && openSafeFetch(options.network)
  let dial: SafeConnect | undefined
  let fake: FakeNetwork = (request) => network?.fetch(request)

  judges ??= published()
  const { contract, callContract } = judges

  const deps: Deps = tracedProcess({
    ...(handles satisfies Database),
    now: () => time,
    monotonic: () => uptime,
    databaseClock: async () => (engine === 'postgres' ? START + uptime - BEGUN : undefined),
    random: randomBytes,
    fetch: async (request) => {
      assertNoTransaction()
      outbound.push(request)
      const breach = callContract(request)
      if (breach !== undefined) breaches.push(breach)
      return (await fake(request)) ?? { kind: 'failed', reason: 'network' }
    },
    connect: async (target) =>
      (await (dial ? dial(target) : network?.connect(target))) ?? { kind: 'failed', reason: 'network' },
    lookUp: options.names ? openNames(options.names) : async () => ({ kind: 'none' }),
    log: openLog('debug', collect(log)),
    metrics: openMetrics(),
    config: { ...TEST_CONFIG, databaseUrl, ...options.config },
    recorder: options.recorder,
  })
  const server = await openServer(deps)
  const breaches = holdToContract(server, contract)
  await options.pages?.(server)
  await server.listen({ host: '127.0.0.1', port: 0 })
  after(async () => {
    await server.close()
    network?.close()
    await close()
    if (engine === 'postgres' && !options.databaseUrl) await dropDatabase(postgres as string, databaseUrl)
    assert.deepEqual(breaches, [], 'an answer, or a request of ours, was not as its OpenAPI document has it')
  })
  return {
    deps,
    databaseUrl,
    address: `${deps.config.tls ? 'https' : 'http'}://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    async calm() {
      while (server.isUnderPressure()) await pause(50)
    },
    log,
    breaches,
    outbound,
    fakeNetwork(next) {
      fake = next
    },
    fakeDial(next) {
      dial = next
    },
    advance(ms) {
      time += ms
      uptime += ms
    },
    setWallClock(ms) {
      time = ms
    },
    async drain() {
      while ((await runDueJobs(deps, jobs)) + (await runDueLanes(deps, lanes)) > 0);
    },
  }
}

let judges: ReturnType<typeof published> | undefined

/** From now on what the server answers is judged, whoever asks. Answers where it is written what was found. */
function holdToContract(server: FastifyInstance, judge: Contract): string[] {
  const breaches: string[] = []
  server.addHook('onSend', async (request, reply, payload) => {
    const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? String(payload) : ''
    const breach = judge({
      method: request.method,
      url: request.url,
      status: reply.statusCode,
      headers: reply.getHeaders(),
      body,
    })
    if (breach !== undefined) breaches.push(breach)
  })
  return breaches
}

function collect(lines: string[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
}
