import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ENGINES, freshDatabase } from '../world.ts'
import { antiphon, freePort, MASTER_KEY, type Serving, serving, temporaryFolder } from './antiphon.ts'

interface Line {
  readonly msg: string
  readonly pid: number
  readonly operation?: string
}

const linesOf = (server: Serving): Line[] =>
  server
    .stdout()
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line))

const told = (server: Serving, msg: string) => linesOf(server).filter((line) => line.msg === msg)
/** Processes that took requests, in the order in which they began to. */
const serversOf = (server: Serving) => told(server, 'takes requests').map(({ pid }) => pid)

const until = async (holds: () => Promise<boolean> | boolean) => {
  while (!(await holds())) await sleep(10)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** A request on a connection of its own, or on one that `agent` keeps. Answers the status, 0 where there was no answer. */
const ask = (address: string, path = '/nowhere', agent: Agent | false = false) =>
  new Promise<number>((resolve) => {
    get(`${address}${path}`, { agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    }).on('error', () => resolve(0))
  })

const NOT_STARTED = 'SIGHUP: a new process did not start: the others serve on as they are'

async function several(more: Record<string, string> = {}): Promise<Serving> {
  const variables = { ANTIPHON_DATABASE_URL: await freshDatabase('postgres'), ANTIPHON_PROCESSES: '2' }
  const server = await serving({ ...variables, ...more })
  // What the supervisor says may be read before what they said themselves.
  await until(() => serversOf(server).length === 2)
  return server
}

const hasPostgres = ENGINES.includes('postgres')

describe('serve by several processes', { skip: !hasPostgres, concurrency: 3 }, () => {
  test('each takes its share, what they count is summed, one that is killed is replaced, and all end with 0', async () => {
    const metrics = `127.0.0.1:${await freePort()}`
    const server = await several({ ANTIPHON_METRICS_LISTEN: metrics })
    const first = serversOf(server)
    assert.equal(new Set([server.child.pid, ...first]).size, 3)
    const metric = async (name: string) => {
      const text = await (await fetch(`http://${metrics}/metrics`)).text()
      return Number(
        text
          .split('\n')
          .find((line) => line.startsWith(name))
          ?.split(' ')
          .at(-1),
      )
    }
    const NOWHERE = 'antiphon_http_requests_total{operation="none",status="404"}'
    const statuses = await Promise.all(Array.from({ length: 20 }, () => ask(server.address)))
    assert.deepEqual(new Set(statuses), new Set([404]))
    // A line is read a moment after its request was answered.
    const pidsOf = async (answers: number) => {
      await until(() => told(server, 'answered').length >= answers)
      return new Set(told(server, 'answered').map(({ pid }) => pid))
    }
    assert.deepEqual(await pidsOf(20), new Set(first))
    assert.equal(await metric(NOWHERE), 20)
    assert.equal(await metric('antiphon_http_request_duration_seconds_count{operation="none",class="4xx"}'), 20)

    const [victim = 0, other = 0] = first
    process.kill(victim, 'SIGKILL')
    await until(() => !isAlive(victim))
    assert.equal(await ask(server.address), 404)
    await until(() => serversOf(server).length === 3)
    const [, , heir = 0] = serversOf(server)
    await Promise.all(Array.from({ length: 9 }, () => ask(server.address)))
    assert.deepEqual(await pidsOf(30), new Set([victim, other, heir]))
    await until(async () => (await metric(NOWHERE)) === 30)
    assert.equal(await metric('antiphon_processes_died_total'), 1)

    assert.equal(await server.stop(), 0)
    for (const pid of [other, heir]) assert.ok(!isAlive(pid), `${pid} is gone`)
    assert.equal(server.stderr(), '')
  })

  test('SIGHUP replaces each of them, and no request fails meanwhile', async () => {
    const server = await several()
    const before = serversOf(server)
    const agent = new Agent({ keepAlive: true, maxSockets: 2 })
    const statuses: number[] = []
    let isOver = false
    let failedRolls = 0
    const load = [agent, agent, false as const, false as const].map(async (one) => {
      while (!isOver) {
        statuses.push(await ask(server.address, '/livez', one))
        await sleep(5)
      }
    })
    server.child.kill('SIGHUP')
    await until(() => {
      // A machine that is too busy starts none in time: then all stays as it was, and it is asked again.
      const failed = told(server, NOT_STARTED).length
      if (failed > failedRolls) server.child.kill('SIGHUP')
      failedRolls = failed
      return told(server, 'SIGHUP: every process was replaced').length === 1
    })
    isOver = true
    await Promise.all(load)
    assert.ok(statuses.length > 50, `${statuses.length} requests`)
    assert.deepEqual(
      statuses.filter((status) => status !== 200),
      [],
    )
    assert.deepEqual(before.filter(isAlive), [])
    assert.equal(serversOf(server).filter(isAlive).length, 2)
    server.child.kill('SIGKILL')
    await server.ended
  })

  test('SIGHUP with a secret that cannot be used leaves all of them as they were, and says why', async () => {
    const file = join(temporaryFolder(), 'master.key')
    writeFileSync(file, MASTER_KEY)
    const server = await several({ ANTIPHON_MASTER_KEY: '', ANTIPHON_MASTER_KEY_FILE: file })
    const before = serversOf(server)
    const hears = async (given: string, said: string) => {
      writeFileSync(file, given)
      server.child.kill('SIGHUP')
      await until(() => told(server, said).length === 1)
    }
    await hears('nonsense', 'what the variables say now cannot be used: nothing has changed')
    await hears(Buffer.alloc(32, 8).toString('base64'), NOT_STARTED)
    assert.match(server.stderr(), /^ANTIPHON_MASTER_KEY: is not the key that the database \S+ was made with\n$/)
    assert.deepEqual(serversOf(server).filter(isAlive), before)
    assert.equal(await ask(server.address, '/livez'), 200)
    assert.equal(await server.stop(), 0)
  })

  test('where the supervisor is killed, they finish what is under way and end', async () => {
    const server = await several()
    const pids = serversOf(server)
    server.child.kill('SIGKILL')
    await until(() => !pids.some(isAlive))
    assert.deepEqual(
      told(server, 'stopped')
        .map(({ pid }) => pid)
        .sort(),
      [...pids].sort(),
    )
  })

  test('one that cannot start ends the whole with its code and its reason', async () => {
    const variables = {
      ANTIPHON_MASTER_KEY: MASTER_KEY,
      ANTIPHON_DATABASE_URL: await freshDatabase('postgres'),
      ANTIPHON_LISTEN: '127.0.0.1:0',
      ANTIPHON_PROCESSES: '2',
    }
    const strange = { ...variables, ANTIPHON_DATABASE_URL: 'postgres://127.0.0.1:1/none' }
    const { status, stderr } = await antiphon(['serve'], strange)
    assert.equal(status, 1)
    assert.match(stderr, /^(antiphon: the database postgres:\/\/127\.0\.0\.1:1\/none cannot be opened: [^\n]+\n){3}$/)
    const server = await serving(variables)
    assert.equal(await server.stop(), 0)
    const key = Buffer.alloc(32, 8).toString('base64')
    const wrong = await antiphon(['serve', '--processes', 'auto'], { ...variables, ANTIPHON_MASTER_KEY: key })
    assert.equal(wrong.status, 2)
    assert.match(wrong.stderr, /^ANTIPHON_MASTER_KEY: is not the key [^\n]+\n$/)
  })
})

test('SQLite is served by one process, which is said', async () => {
  const variables = { ANTIPHON_MASTER_KEY: MASTER_KEY, ANTIPHON_DATABASE_URL: await freshDatabase('sqlite') }
  const { status, stdout, stderr } = await antiphon(['serve', '--processes', '2'], variables)
  assert.deepEqual([status, stdout], [2, ''])
  assert.match(stderr, /^ANTIPHON_PROCESSES: takes PostgreSQL: a SQLite file is served by one process alone[^\n]+\n$/)
})
