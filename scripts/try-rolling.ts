/**
 * Restarts a release under load and counts the requests that fail: `npm run build && node scripts/try-rolling.ts [way…]`. Two processes on one
 * PostgreSQL stand behind a proxy; people log in and refresh through it, while one process after another is told to stop and started again.
 *
 * Ways: `nginx`, `nginx-defaults` (without what the guide says of failed servers), `caddy`, `kubernetes` (a balancer of our own that asks each
 * second who is ready), `kubernetes-late` (that asks each four seconds) and `crash` (nginx; killed instead of stopped). All of them without an argument.
 * It needs the programs `nginx` and `caddy`, say of Debian's packages, and is no part of the tests, which have a balancer of their own.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDatabase, startPostgres } from '../test/postgres.ts'
import { type Load, startClients, type Tally } from './rolling/clients.ts'
import { BASE_DOMAIN, createApp, type Fleet, newFleet } from './rolling/fleet.ts'
import { type Front, startCaddy, startNginx, startOwn, versionOf } from './rolling/proxies.ts'
import { surround } from './rolling/surroundings.ts'

const RELEASE = process.env.ANTIPHON_TEST_COMMAND ?? join(import.meta.dirname, '../dist/antiphon.js')
const CLIENTS = 20
const RESTARTS = Number(process.env.RESTARTS ?? 20)
const AT_LEAST = 1_000 * RESTARTS

interface Way {
  readonly proxy: (folder: string, ports: readonly number[]) => Promise<Front>
  /** Between two restarts, ms; nginx takes a server that failed for gone for ten seconds. */
  readonly restMs: number
  readonly isKilled?: true
}

const WAYS: Readonly<Record<string, Way>> = {
  nginx: { proxy: (folder, ports) => startNginx(folder, ports, false), restMs: 0 },
  'nginx-defaults': { proxy: (folder, ports) => startNginx(folder, ports, true), restMs: 10_000 },
  caddy: { proxy: (folder, ports) => startCaddy(folder, ports), restMs: 0 },
  kubernetes: { proxy: (_, ports) => startOwn(ports, 1_000), restMs: 0 },
  'kubernetes-late': { proxy: (_, ports) => startOwn(ports, 4_000), restMs: 0 },
  crash: { proxy: (folder, ports) => startNginx(folder, ports, false), restMs: 0, isKilled: true },
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function tryWay(name: string, way: Way, databaseUrl: string): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-rolling-'))
  const variables = {
    ANTIPHON_DATABASE_URL: databaseUrl,
    ANTIPHON_MASTER_KEY: randomBytes(32).toString('base64'),
    ANTIPHON_BASE_DOMAIN: BASE_DOMAIN,
    ANTIPHON_TRUSTED_PROXIES: '127.0.0.1',
    // For this machine only: the mail server and the legacy system are at loopback addresses.
    ANTIPHON_ALLOW_PRIVATE_HOOKS: 'true',
  }
  const key = createApp(RELEASE, variables)
  const fleet = await newFleet(2, variables)
  let proxy: Front | undefined
  try {
    for (const index of fleet.ports.keys()) await fleet.start(index, RELEASE)
    const surroundings = await surround(`http://127.0.0.1:${fleet.ports[0]}`, key, CLIENTS)
    proxy = await way.proxy(folder, fleet.ports)
    const steps = newSteps()
    const load = startClients(proxy.address, CLIENTS, surroundings, steps.now)
    await sleep(1_000)
    const stops = await restartAll(fleet, proxy, way, load, steps.note)
    return report(name, await load.stop(), { stops, troubles: [...proxy.troubles, ...fleet.troubles] })
  } finally {
    await proxy?.end()
    fleet.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** When something happened, told by what the fleet did last. */
function newSteps() {
  let [last, since] = ['at the beginning', performance.now()]
  return {
    note(step: string) {
      last = step
      since = performance.now()
    },
    now: () => `${Math.round(performance.now() - since)} ms after ${last}`,
  }
}

/** One after the other. Answers how long each took to stop, ms. */
async function restartAll(fleet: Fleet, proxy: Front, way: Way, load: Load, note: (step: string) => void) {
  const stops: number[] = []
  for (let i = 0; i < RESTARTS || load.tally.requests < AT_LEAST; i++) {
    const index = i % fleet.ports.length
    note(`${i}: ${way.isKilled ? 'SIGKILL' : 'SIGTERM'}`)
    if (way.isKilled) await fleet.kill(index)
    else stops.push(await fleet.stop(index))
    note(`${i}: its end`)
    await fleet.start(index, RELEASE)
    note(`${i}: its start`)
    await proxy.sees(fleet.ports.length)
    await sleep(way.restMs)
  }
  return stops
}

function report(name: string, tally: Tally, { stops, troubles }: { stops: number[]; troubles: readonly string[] }) {
  const { requests, failures, sessions, lost, paths } = tally
  const longest = stops.length > 0 ? `, the longest stop ${Math.round(Math.max(...stops))} ms` : ''
  console.log(`${name}: ${requests} requests, ${failures.length} failed; ${sessions} sessions, ${lost} lost${longest}`)
  console.log(`  ${[...paths].map(([path, count]) => `${path.slice('/v1/session/'.length)} ${count}`).join(', ')}`)
  // A connection that is refused was never one: every proxy goes on to the next server.
  const refused = troubles.filter((line) => /connection refused|ECONNREFUSED/i.test(line))
  if (refused.length > 0) console.log(`  ${refused.length} connections were refused, and made to the other process`)
  const others = troubles.filter((line) => !refused.includes(line))
  for (const line of [...failures.slice(0, 20), ...others.slice(0, 20)]) console.log(`  ${line}`)
  return failures.length === 0 && lost === 0
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !WAYS[name])
if (unknown.length > 0 || !existsSync(RELEASE)) {
  console.error(unknown.length > 0 ? `no such way: ${unknown}` : 'There is no release: npm run build')
  process.exit(64)
}
console.log(
  `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, load ${loadavg().map((l) => l.toFixed(1))}`,
)
console.log(`nginx ${versionOf('nginx')}, caddy ${versionOf('caddy')}; ${RESTARTS} restarts, ${CLIENTS} clients`)
const postgres = await startPostgres({ durable: true })
let isWell = true
try {
  for (const [name, way] of Object.entries(WAYS)) {
    if (asked.length > 0 && !asked.includes(name)) continue
    isWell = (await tryWay(name, way, await createDatabase(postgres.url))) && isWell
  }
} finally {
  await postgres.stop()
}
console.log(`load ${loadavg().map((l) => l.toFixed(1))}`)
process.exit(isWell ? 0 : 1)
