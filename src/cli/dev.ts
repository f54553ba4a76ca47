import manifest from '../../package.json' with { type: 'json' }
import { apiDocuments } from '../api-documents.ts'
import { directory } from '../core/applications/directory.ts'
import { listApplications } from '../core/applications/store.ts'
import { judgeCookies, judgeOrigins, patientOf } from '../core/findings/application.ts'
import { claimDatabase } from '../core/master-key/canary.ts'
import { migrationPages } from '../features/proof/page/serve.ts'
import type { Process } from '../main.ts'
import { apiPages } from '../platform/api-page/serve.ts'
import { systemClock } from '../platform/clock.ts'
import { type Config, readConfig, type Variables } from '../platform/config.ts'
import type { Deps } from '../platform/deps.ts'
import type { FastifyInstance } from '../platform/http.ts'
import { openLog } from '../platform/log.ts'
import { stopOnSignals } from '../platform/signals.ts'
import { DEMO, ensureApps, ensureKey, GUIDE, inviteDeveloper } from './dev-app.ts'
import { type DevFolder, ensureCertificate, ensureMasterKey, openDevFolder } from './dev-folder.ts'
import { giveHints } from './dev-hints.ts'
import { devVariables } from './dev-variables.ts'
import { describeFault, misconfigured, type Outcome, refused } from './outcome.ts'
import { migrateDatabase, openReachable, start } from './process.ts'
import { welcome } from './welcome.ts'

/** Each of them includes what `localhost` leads to, where the pages look for the server. */
const HOSTS = ['localhost', '127.0.0.1', '0.0.0.0', '::']

/** `antiphon dev`: a server that needs no configuration, for one machine. Of the variables it heeds ANTIPHON_LISTEN and ANTIPHON_LOG_LEVEL. */
export async function dev(variables: Variables, path: string): Promise<Outcome> {
  if (variables.NODE_ENV === 'production') {
    return refused('dev shows its keys and trusts any host: with NODE_ENV=production use `antiphon serve`')
  }
  const prepared = await prepareFolder(path)
  if (prepared.kind === 'refused') return prepared
  const { folder } = prepared
  const read = readConfig(devVariables(variables, folder))
  if (read.kind === 'faults') return misconfigured(read.faults)
  const { host, port } = read.config.listen
  if (port === 0 || port === 65535) return refused('ANTIPHON_LISTEN: dev needs a port that stays, not 0')
  if (!HOSTS.includes(host)) return refused(`ANTIPHON_LISTEN: dev listens on ${HOSTS.join(', ')}, not on ${host}`)
  const opened = await openReachable(read.config, openLog(read.config.logLevel))
  return opened.kind === 'open' ? await run(opened.process, folder) : opened
}

async function prepareFolder(
  path: string,
): Promise<{ kind: 'prepared'; folder: DevFolder } | ReturnType<typeof refused>> {
  try {
    const folder = openDevFolder(path)
    ensureMasterKey(folder)
    await ensureCertificate(folder, systemClock())
    return { kind: 'prepared', folder }
  } catch (error) {
    const fault = describeFault(error)
    if (fault === undefined) throw error
    return refused(`the folder ${path} cannot be used: ${fault}`)
  }
}

async function run(process: Process, folder: DevFolder): Promise<Outcome> {
  const { deps } = process
  const { listen, baseDomain } = deps.config
  // That it made a database is no news here.
  const migrated = await migrateDatabase(process, false)
  if (migrated.kind !== 'migrated') return migrated
  if (!(await claimDatabase(deps))) {
    return refused(
      `${folder.masterKey} does not open the keys in ${folder.database}: put the old one back, or delete both`,
    )
  }
  await ensureApps(deps, listen.port)
  const managementKey = await ensureKey(deps, folder.managementKey, DEMO.id)
  const guideKey = await ensureKey(deps, folder.guideKey, GUIDE.id)
  const instanceKey = await ensureKey(deps, folder.instanceKey, '')

  const { connectDemo, connectGuide, demoPages } = await import('../../demo/index.ts')
  const demo = {
    origin: () => `https://${DEMO.host}:${listen.port}`,
    appId: DEMO.id,
    managementKey,
    certificate: deps.config.tls?.cert,
    now: systemClock,
  }
  const guide = { ...demo, appId: GUIDE.id, managementKey: guideKey }
  const pages = async (server: FastifyInstance) => {
    giveHints(server, say, async (authority) => (await directory(deps).findByHost(authority)) !== undefined)
    leadToDemo(server, demo.origin())
    await demoPages(server, demo, [guide])
    await migrationPages(server, deps, 'any_host')
    await apiPages(server, apiDocuments, async () => false)
  }
  const started = await start(process, { pages, isOneHost: true })
  if (started.kind === 'refused') return started.code === 'EADDRINUSE' ? portTaken(listen) : started
  stopOnSignals(started.running, deps.log)
  await connectDemo(demo)
  await connectGuide(guide)
  const { path, certificate } = folder
  const facts = {
    version: manifest.version,
    authority: `${DEMO.host}:${listen.port}`,
    guideOrigin: `https://${GUIDE.host}:${listen.port}`,
    baseDomain,
    managementKey,
    instanceKey,
    guideKeyFile: folder.guideKey,
    folder: path,
    certificate,
    consoleOrigin: `http://localhost:${URL.parse(started.running.consoleAddress ?? '')?.port}`,
    invitation: await inviteDeveloper(deps),
  }
  await tellFindings(deps)
  console.log(welcome(facts))
  return { kind: 'running' }
}

const say = (hint: string) => console.log(`  Hint: ${hint}`)

/** What the doctor would find in the origins of each application, and mend. */
async function tellFindings(deps: Deps): Promise<void> {
  const patients = (await listApplications(deps.db)).map((app) => patientOf(app, deps.config))
  const findings = patients.flatMap((one) => [...judgeOrigins(one), ...judgeCookies(one)])
  for (const { topic, what, mend } of findings.filter(({ level }) => level === 'fault'))
    say(`${topic}: ${what}. ${mend}`)
}

/** Whoever opens the demo where the guides' application answers is led to its own host. */
function leadToDemo(server: FastifyInstance, origin: string): void {
  server.addHook('onRequest', async (request, reply) => {
    const isPage = request.headers.accept?.includes('text/html') && /^\/(demo\b|$)/.test(request.url)
    if (isPage && request.hostname === GUIDE.host) return reply.redirect(origin + request.url)
  })
}

const portTaken = ({ port }: Config['listen']) =>
  refused(
    `port ${port} is taken: stop what listens there, or choose another, e.g. ANTIPHON_LISTEN=localhost:${port === 65535 ? 8443 : port + 1}`,
  )
