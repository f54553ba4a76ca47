/**
 * Upgrades from one release to another under load, rolls back, and upgrades again: `node scripts/try-upgrade.ts <old> <new>`, each the
 * `antiphon.js` of a build. Two processes on one PostgreSQL stand behind nginx as the guide has it; people log in and refresh through it, while one process after the other is
 * replaced. It needs the program `nginx`, say of Debian's package, and is no part of the tests, which have a snapshot of the older schema.
 *
 * An older release is built where it is checked out: `git worktree add ../before <commit>`, and there `npm ci && npm run build`.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createDatabase, startPostgres } from '../test/postgres.ts'
import { startClients } from './rolling/clients.ts'
import { BASE_DOMAIN, createApp, newFleet } from './rolling/fleet.ts'
import { startNginx } from './rolling/proxies.ts'
import { surround } from './rolling/surroundings.ts'

const CLIENTS = 20
const WORK_MS = 8_000

const [old, next] = process.argv.slice(2).map((path) => resolve(path))
if (!old || !next) {
  console.error('usage: node scripts/try-upgrade.ts <old antiphon.js> <new antiphon.js>')
  process.exit(64)
}
const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms))
console.log(`Node ${process.version}, load ${loadavg().map((one) => one.toFixed(1))}`)
const postgres = await startPostgres({ durable: true })
const folder = mkdtempSync(join(tmpdir(), 'antiphon-upgrade-'))
const variables = {
  ANTIPHON_DATABASE_URL: await createDatabase(postgres.url),
  ANTIPHON_MASTER_KEY: randomBytes(32).toString('base64'),
  ANTIPHON_BASE_DOMAIN: BASE_DOMAIN,
  ANTIPHON_TRUSTED_PROXIES: '127.0.0.1',
  // For this machine only: the mail server and the legacy system are at loopback addresses.
  ANTIPHON_ALLOW_PRIVATE_HOOKS: 'true',
}
const key = createApp(old, variables)
const fleet = await newFleet(2, variables)
let failed = true
try {
  for (const index of fleet.ports.keys()) await fleet.start(index, old)
  const surroundings = await surround(`http://127.0.0.1:${fleet.ports[0]}`, key, CLIENTS)
  const nginx = await startNginx(folder, fleet.ports, false)
  let phase = 'before'
  const load = startClients(nginx.address, CLIENTS, surroundings, () => phase)
  const { tally } = load
  const replace = async (index: number, command: string, name: string) => {
    const [requests, failures] = [tally.requests, tally.failures.length]
    phase = name
    await fleet.stop(index)
    await fleet.start(index, command)
    await sleep(WORK_MS)
    console.log(`${name}: ${tally.requests - requests} requests, ${tally.failures.length - failures} failed`)
  }
  await sleep(WORK_MS)
  console.log(`before: ${tally.requests} requests, ${tally.failures.length} failed`)
  await replace(0, next, 'first process to the new release, beside the old')
  await replace(1, next, 'second process to the new release')
  await replace(0, old, 'first process back to the old release, beside the new')
  await replace(1, old, 'second process back to the old release')
  await replace(0, next, 'first process to the new release again')
  await replace(1, next, 'second process to the new release again')
  const { requests, failures, sessions, lost } = await load.stop()
  console.log(`${requests} requests, ${failures.length} failed; ${sessions} sessions, ${lost} lost`)
  for (const line of [...failures.slice(0, 20), ...fleet.troubles.slice(0, 10)]) console.log(`  ${line}`)
  failed = failures.length + lost > 0
  await nginx.end()
} finally {
  fleet.end()
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
console.log(`load ${loadavg().map((one) => one.toFixed(1))}`)
process.exit(failed ? 1 : 0)
