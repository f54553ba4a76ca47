import { applicationOf } from './core/access/open.ts'
import { callerOriginsOf } from './core/applications/application.ts'
import { directory } from './core/applications/directory.ts'
import { eraseApplication } from './core/applications/erase.ts'
import { withAudit } from './core/audit/endpoint.ts'
import { loadKeptKeys } from './core/master-key/kept.ts'
import { resealJob } from './core/master-key/reseal.ts'
import { features } from './features.ts'
import { nouns } from './nouns.ts'
import type { Deps } from './platform/deps.ts'
import { type Endpoint, type HttpRequest, Refused } from './platform/endpoint.ts'
import type { Finding } from './platform/finding.ts'
import { endHandshakesOnClose } from './platform/handshakes.ts'
import { type FastifyInstance, openHttp } from './platform/http.ts'
import { scheduleJobs } from './platform/jobs/jobs.ts'
import { laneWorker } from './platform/jobs/lanes.ts'
import { worker } from './platform/jobs/worker.ts'
import { releaseMarks } from './platform/releases.ts'
import { serveEndpoint } from './platform/serve-endpoint.ts'
import { settingsCatalogue } from './platform/settings.ts'
import { trustedTime } from './platform/time/trusted.ts'
import { serverWhole, type Whole } from './platform/whole.ts'

const parts = [...nouns, ...features]

export const endpoints: readonly Endpoint[] = parts.flatMap((part) => part.endpoints ?? [])
export const migrations = [...releaseMarks, ...parts.flatMap((part) => part.migrations ?? [])]
/** Every column that holds what is sealed under the master key. */
export const sealedColumns = parts.flatMap((part) => part.sealed ?? [])
export const jobs = [
  ...parts.flatMap((part) => part.jobs ?? []),
  eraseApplication(parts.flatMap((part) => part.tables ?? [])),
  resealJob(sealedColumns),
]
export const lanes = parts.flatMap((part) => part.lanes ?? [])
export const looks = parts.flatMap((part) => part.look ?? [])
export const settingsGroups = parts.flatMap((part) => part.settings ?? [])

/** URLs that this server calls on an application's behalf. */
export async function outboundUrls(deps: Deps, appId: string): Promise<string[]> {
  const lists = await Promise.all(parts.map((part) => part.outboundUrls?.(deps, appId) ?? []))
  return lists.flat()
}

async function examine(deps: Deps, appId: string, asks: boolean): Promise<Finding[]> {
  const lists = await Promise.all(parts.map((part) => part.examine?.(deps, appId, asks) ?? []))
  return lists.flat()
}

export const whole: Whole = { migrations, sealed: sealedColumns, outboundUrls, examine }

/** Adds pages and their assets, outside the API. */
export type Pages = (server: FastifyInstance) => Promise<void>

/** The HTTP server with every endpoint, and pages if there are any, not yet listening. */
export async function openServer(deps: Deps, pages?: Pages): Promise<FastifyInstance> {
  const server = await openHttp(deps, { allowedOrigins: (request) => allowedOrigins(request, deps) })
  if (deps.config.tls) endHandshakesOnClose(server)
  // From now on it notices when the clock is set.
  trustedTime(deps)
  await loadKeptKeys(deps)
  serverWhole(deps).give(whole)
  for (const group of settingsGroups) settingsCatalogue(deps).set(group.name, group)
  for (const endpoint of endpoints) serveEndpoint(server, withAudit(endpoint), deps)
  await pages?.(server)
  return server
}

async function allowedOrigins(request: HttpRequest, deps: Deps): Promise<readonly string[]> {
  const app = await applicationOf(request, deps)
  return app instanceof Refused ? [] : callerOriginsOf(app, deps.config, request.authority)
}

/** Say so when the default application does not exist. It may be made later; until then a host that names nobody is answered 404. */
export async function noteDefaultApp(deps: Deps): Promise<void> {
  const { defaultApp } = deps.config
  if (defaultApp === undefined || (await directory(deps).find(defaultApp))) return
  deps.log.warn({ default_app: defaultApp }, 'ANTIPHON_DEFAULT_APP names no application that exists')
}

/** Begin to run background jobs. Answers how to stop: what is under way is finished first. */
export async function startJobs(deps: Deps): Promise<() => Promise<void>> {
  await scheduleJobs(deps, jobs)
  worker(deps).start(jobs)
  laneWorker(deps).start(lanes)
  return async () => void (await Promise.all([worker(deps).stop(), laneWorker(deps).stop()]))
}
