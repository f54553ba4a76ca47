import type { Server } from 'node:tls'
import manifest from '../package.json' with { type: 'json' }
import { apiDocuments } from './api-documents.ts'
import { directory } from './core/applications/directory.ts'
import { writeKeyUse } from './core/applications/key-use.ts'
import { tlsNames } from './core/domains/tls-names.ts'
import { keyWatch } from './core/master-key/watch.ts'
import { writeSamples } from './core/proof/exchanges.ts'
import { writeCounted } from './core/rollups/count.ts'
import { randomBytes } from './crypto/random.ts'
import { tlsAsk } from './features/domains/tls-ask.ts'
import { migrationPages } from './features/proof/page/serve.ts'
import { apiPages } from './platform/api-page/serve.ts'
import { monotonicClock, systemClock } from './platform/clock.ts'
import type { Config } from './platform/config.ts'
import { openDatabase } from './platform/db.ts'
import { reportTrouble } from './platform/db-trouble.ts'
import { type Deps, derive } from './platform/deps.ts'
import type { Engine } from './platform/dialect-engine.ts'
import { watchRequests } from './platform/drain.ts'
import { openHealth } from './platform/health.ts'
import type { FastifyInstance } from './platform/http.ts'
import { type Logger, openLog } from './platform/log.ts'
import { type Metrics, openMetrics, watchProcess } from './platform/metrics.ts'
import { appliedMigrations, migrate, pendingMigrations } from './platform/migrate.ts'
import { openNames } from './platform/names.ts'
import { findLink } from './platform/processes/link.ts'
import { findTooNew, MOVED, MOVING } from './platform/releases.ts'
import { openSafeFetch } from './platform/safe-fetch.ts'
import { servedCertificate } from './platform/served-certificate.ts'
import { FINISH_WITHIN_MS, type Stoppable, stopsWithin } from './platform/signals.ts'
import { trustedTime } from './platform/time/trusted.ts'
import { keepRenewed, type Renewal } from './platform/tls-files.ts'
import type { TlsPair } from './platform/tls-pair.ts'
import { tracedProcess } from './platform/traces/process.ts'
import { findForeignApi, findRecorder } from './platform/traces/tracer.ts'
import { looks, migrations, noteDefaultApp, openServer, type Pages, startJobs } from './server.ts'

/** The parts of a process, before it listens. */
export interface Process {
  readonly deps: Deps
  migrate(): Promise<string[]>
  pendingMigrations(): Promise<string[]>
  /** The release that changed the database so that this one cannot work with it; undefined when there is none. */
  findTooNewRelease(): Promise<number | undefined>
  /** Whether another database is being moved into this one, so that not all is there yet, or this one was moved into another. */
  findMove(): Promise<'into' | 'away' | undefined>
  /** Whether others are connected to a PostgreSQL; asked first of all. */
  databaseHasOthers(): Promise<boolean>
  /** Open new connections to the database by this URL. False where it names another place than that in use. */
  reach(databaseUrl: string): boolean
  /** End what is under way to other servers; after it nothing goes out. */
  endOutbound(): void
  close(): Promise<void>
}

/** Open what the process stands on: log, database, way out. */
export function openProcess(config: Config, log: Logger = openLog(config.logLevel)): Process {
  const database = openDatabase(
    config.databaseUrl,
    (error) => reportTrouble(deps)(error),
    { connections: config.databasePool },
    (write, ms) => deps.metrics.commits.observe({ write }, ms / 1000),
  )
  const outbound = openSafeFetch({
    allowPrivate: config.allowPrivateHooks,
    extraCertificateAuthority: config.extraCertificateAuthority,
  })
  const { engine, close, ...handles } = database
  const deps: Deps = tracedProcess({
    ...handles,
    now: systemClock,
    monotonic: monotonicClock,
    databaseClock: () => engine.clock(),
    random: randomBytes,
    fetch: outbound.fetch,
    connect: outbound.connect,
    lookUp: openNames({ servers: config.dnsServers }),
    log,
    metrics: ofProcess(engine.kind),
    config,
    recorder: findRecorder(manifest.version),
    supervisor: findLink(),
  })
  const pending = () => pendingMigrations(engine.reader, migrations)
  return {
    deps,
    // Looking first keeps a start that has nothing to apply from waiting in line.
    migrate: async () => ((await pending()).length === 0 ? [] : await migrate(engine, migrations, deps.now())),
    pendingMigrations: pending,
    findMove: async () => {
      const names = await appliedMigrations(engine.reader)
      return names.includes(MOVING) ? 'into' : names.includes(MOVED) ? 'away' : undefined
    },
    findTooNewRelease: async () => findTooNew(await appliedMigrations(engine.reader)),
    databaseHasOthers: () => engine.hasOthers(),
    reach: (url) => engine.reach(url),
    endOutbound: outbound.close,
    async close() {
      outbound.close()
      await close()
    },
  }
}

/** The metrics of a process that says what it is. */
function ofProcess(database: Engine['kind']): Metrics {
  const metrics = watchProcess(openMetrics())
  metrics.build.set({ version: manifest.version, node: process.version, database }, 1)
  return metrics
}

/** A running server. */
export interface Running extends Stoppable {
  /** URL it listens at. */
  readonly address: string
  /** URL that the console listens at, where it does so by itself. */
  readonly consoleAddress: string | undefined
  /** Read the certificate again, and say in the log what came of it. */
  renew(): Promise<void>
  /**
   * Say not ready and go on answering for a while; then stop accepting, finish what is under way, give back leases, close. `isReplaced`: stop
   * accepting at once, and go on for that while with the connections that there are.
   */
  stop(isReplaced?: boolean): Promise<void>
}

const READ_NAMES_MS = 2_000

/** Know which names may have a certificate, also those that other processes prove or give up. */
async function keepTlsNames(deps: Deps, listener: FastifyInstance): Promise<void> {
  const names = tlsNames(deps)
  await names.load()
  const reading = setInterval(() => names.load().catch(reportTrouble(deps)), READ_NAMES_MS).unref()
  listener.addHook('onClose', async () => clearInterval(reading))
}

/** What is old goes on counting; newer models are refused meanwhile, and compromised ones are not. */
function noteOldMetadata({ config: { fidoMetadata }, now, log }: Deps): void {
  if (fidoMetadata && fidoMetadata.nextUpdate < now())
    log.warn({ next_update: new Date(fidoMetadata.nextUpdate) }, 'the FIDO metadata is older than the next one')
}

/** Nothing is recorded then, and nobody would know why. */
function noteForeignApi({ recorder, log }: Deps): void {
  const api = recorder ? undefined : findForeignApi()
  if (api !== undefined) log.warn({ api }, 'no traces: the OpenTelemetry SDK that is loaded is too old')
}

const LOOK_FOR_CERTIFICATE_MS = 10_000

/** Serve the certificate in its files, also when they are renewed. Answers how to look at once; undefined where no TLS is served. */
function renewCertificate(deps: Deps, server: FastifyInstance): Renewal['look'] | undefined {
  const { tls, tlsFiles } = deps.config
  const listener = server.server as Partial<Pick<Server, 'setSecureContext'>>
  if (!tls || !tlsFiles || !isTlsServer(listener)) return undefined
  const served = {
    setSecureContext(pair: TlsPair) {
      listener.setSecureContext(pair)
      servedCertificate(deps).replace(pair)
    },
  }
  const { look } = keepRenewed(served, tls, tlsFiles, deps)
  setInterval(() => void look(false), LOOK_FOR_CERTIFICATE_MS).unref()
  return look
}

const isTlsServer = (server: Partial<Pick<Server, 'setSecureContext'>>): server is Pick<Server, 'setSecureContext'> =>
  server.setSecureContext !== undefined

/** For requests that are on their way on a connection that is there already. */
const LINGER_MS = 500

/** Until when what is under way is cut off, and for how long connections that are there already may bring more. */
const lingering = (drainMs: number, isReplaced: boolean): [withinMs: number, lingerMs: number] =>
  isReplaced
    ? [drainMs + FINISH_WITHIN_MS, Math.max(drainMs, LINGER_MS)]
    : [FINISH_WITHIN_MS, drainMs > 0 ? LINGER_MS : 0]

/** The console, where there is to be one. What it takes is loaded then alone. */
async function findConsole(deps: Deps, server: FastifyInstance, { isOneHost = false }: Extras) {
  const { consoleListen, consoleHost } = deps.config
  if (!consoleListen && consoleHost === undefined) return undefined
  const [{ startConsole }, { consoleFiles }] = await Promise.all([import('./console.ts'), import('./console-files.ts')])
  // In development it speaks plain http, at localhost: there browsers trust it without a certificate, which passkeys ask for.
  const own = isOneHost ? derive(deps, { config: { ...deps.config, tls: undefined, publicScheme: 'http' } }) : deps
  return await startConsole(own, server, consoleFiles, isOneHost)
}

/** What a server for development has besides. */
export interface Extras {
  readonly pages?: Pages
  /** Whether one host is everything. */
  readonly isOneHost?: boolean
}

/** Migrate, listen, run jobs. Throws what `listen` throws. */
export async function startServer(process: Process, extras: Extras = {}): Promise<Running> {
  const { deps } = process
  await process.migrate()
  await noteDefaultApp(deps)
  noteOldMetadata(deps)
  noteForeignApi(deps)
  const server = await openServer(deps, extras.pages)
  const keys = keyWatch(deps)
  const time = trustedTime(deps)
  await Promise.all([keys.look(), time.ask()])
  const demands = [
    { reason: 'keys', holds: keys.allOpen },
    { reason: 'clock', holds: time.isBelieved },
  ]
  const health = await openHealth(deps, server, demands, looks, async (listener) => {
    await migrationPages(listener, deps, 'other_hosts')
    await apiPages(listener, apiDocuments, directory(deps).isNamed)
    tlsAsk(listener, deps)
    await keepTlsNames(deps, listener)
  })
  const requests = watchRequests(server)
  const renew = renewCertificate(deps, server)
  const { drainSeconds } = deps.config
  const drainMs = drainSeconds * 1000
  const beside = await findConsole(deps, server, extras)
  const address = await server.listen({ ...deps.config.listen })
  const stopJobs = await startJobs(deps)
  return {
    address,
    consoleAddress: beside?.address,
    stopsWithinMs: stopsWithin(drainSeconds),
    async renew() {
      await renew?.(true)
    },
    async stop(isReplaced = false) {
      deps.log.info(
        { drain_seconds: drainSeconds },
        isReplaced ? 'stopping: another process' : 'stopping: not ready any more',
      )
      if (!isReplaced) health.drain()
      await requests.begin(isReplaced ? 0 : drainMs)
      if (!isReplaced) deps.log.info('drained: nothing more is taken')
      // A job that waits for a slow server gives up, and comes round again at the next start.
      const [withinMs, lingerMs] = lingering(drainMs, isReplaced)
      const cut = setTimeout(process.endOutbound, withinMs)
      await Promise.all([requests.finish(withinMs, lingerMs), beside?.finish(withinMs), stopJobs()])
      await Promise.all([writeCounted(deps), writeSamples(deps), writeKeyUse(deps)])
      clearTimeout(cut)
      await deps.recorder?.flush()
      await health.close()
      await deps.supervisor?.leaveCounts()
      await process.close()
      deps.log.info('stopped')
    },
  }
}
