import { randomBytes } from './crypto/random.ts'
import { systemClock } from './platform/clock.ts'
import type { Config } from './platform/config.ts'
import { openDatabase } from './platform/db.ts'
import type { Deps } from './platform/deps.ts'
import { openHealth } from './platform/health.ts'
import type { FastifyInstance } from './platform/http.ts'
import { type Logger, openLog } from './platform/log.ts'
import { openMetrics } from './platform/metrics.ts'
import { migrate, pendingMigrations } from './platform/migrate.ts'
import { openSafeFetch } from './platform/safe-fetch.ts'
import { migrations, openServer, startJobs } from './server.ts'

/** The parts of a process, before it listens. */
export interface Process {
  readonly deps: Deps
  migrate(): Promise<string[]>
  pendingMigrations(): Promise<string[]>
  close(): Promise<void>
}

/** Open what the process stands on: log, database, way out. */
export function openProcess(config: Config, log: Logger = openLog(config.logLevel)): Process {
  const database = openDatabase(config.databaseUrl, (error) => log.error({ err: error }, 'database connection lost'))
  const outbound = openSafeFetch({
    allowPrivate: config.allowPrivateHooks,
    extraCertificateAuthority: config.extraCertificateAuthority,
  })
  const { engine, close, ...handles } = database
  const deps: Deps = {
    ...handles,
    now: systemClock,
    random: randomBytes,
    fetch: outbound.fetch,
    log,
    metrics: openMetrics(),
    config,
  }
  return {
    deps,
    migrate: () => migrate(engine.writer, migrations, deps.now()),
    pendingMigrations: () => pendingMigrations(engine.reader, migrations),
    async close() {
      outbound.close()
      await close()
    },
  }
}

/** A running server. */
export interface Running {
  /** URL it listens at. */
  readonly address: string
  /** Stop accepting, finish what is under way, give back leases, close. */
  stop(): Promise<void>
}

/** Migrate, listen, run jobs. `pages` names the features whose pages are served. */
export async function startServer(process: Process, pages: readonly string[] = []): Promise<Running> {
  const { deps } = process
  await process.migrate()
  const server = await openServer(deps, pages)
  const health = await openHealth(deps, server)
  const address = await listen(server, deps.config.listen)
  const stopJobs = await startJobs(deps)
  deps.log.info({ address }, 'listening')
  return {
    address,
    async stop() {
      health.drain()
      await server.close()
      await stopJobs()
      await health.close()
      await process.close()
    },
  }
}

const listen = (server: FastifyInstance, { host, port }: Config['listen']) => server.listen({ host, port })

const STOP_WITHIN_MS = 10_000

/** Stop on SIGTERM or SIGINT; after ten seconds at the latest. */
export function stopOnSignals(running: Running, log: Logger): void {
  const stop = () => {
    setTimeout(() => {
      log.error('could not stop in time')
      process.exit(1)
    }, STOP_WITHIN_MS).unref()
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'could not stop cleanly')
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}
