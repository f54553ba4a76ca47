import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { frontendDocument, managementDocument } from '../../src/documents.ts'
import { migrations } from '../../src/server.ts'
import { ENGINES } from '../world.ts'
import { antiphon, emptyDatabase, MASTER_KEY, serving, temporaryFolder } from './antiphon.ts'

const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'))

const oneLine = /^[^\n]+\n$/

describe('without configuration', { concurrency: 2 }, () => {
  test('it tells its version', async () => {
    const { status, stdout } = await antiphon(['--version'])
    assert.deepEqual([status, stdout], [0, `${manifest.version}\n`])
  })

  test('it tells how it is used', async () => {
    const { status, stdout } = await antiphon(['--help'])
    assert.equal(status, 0)
    for (const word of [
      'serve',
      'dev',
      'migrate',
      'apps',
      'keys',
      'users',
      'events',
      'openapi',
      'doctor',
      'backup',
      'restore',
      'move',
    ]) {
      assert.match(stdout, new RegExp(`^  ${word}\\b`, 'm'))
    }
  })

  test('it refuses a command and an option that it does not know, in one line', async () => {
    for (const args of [['serf'], ['users', 'sessions', 'usr_1']]) {
      const { status, stdout, stderr } = await antiphon(args)
      assert.deepEqual([status, stdout], [64, ''])
      assert.match(stderr, oneLine)
      assert.match(stderr, /^antiphon: /)
    }
  })

  test('it prints either OpenAPI document', async () => {
    const [frontend, management] = await Promise.all([
      antiphon(['openapi', '--json']),
      antiphon(['openapi', 'management']),
    ])
    assert.deepEqual(JSON.parse(frontend.stdout), frontendDocument())
    assert.deepEqual(JSON.parse(management.stdout), managementDocument())
  })

  test('it names every fault of the configuration on a line of its own and exits with 2', async () => {
    const variables = { ANTIPHON_LISTEN: '8080', ANTIPHON_LOG_LEVEL: 'loud' }
    const { status, stdout, stderr } = await antiphon(['serve'], variables)
    assert.deepEqual([status, stdout], [2, ''])
    assert.deepEqual(stderr.split('\n'), [
      'ANTIPHON_LISTEN: is not host:port, such as 127.0.0.1:8080',
      'ANTIPHON_MASTER_KEY: is missing: 32 random bytes in base64, e.g. from `openssl rand -base64 32`',
      'ANTIPHON_LOG_LEVEL: is none of fatal, error, warn, info, debug, silent',
      '',
    ])
  })

  test('doctor calls the same faults by their name and exits with 1', async () => {
    const { status, stdout } = await antiphon(['doctor', '--json'], { ANTIPHON_LISTEN: '8080' })
    assert.equal(status, 1)
    const { faults, findings } = JSON.parse(stdout)
    assert.equal(faults, 2)
    assert.ok(findings.every((finding: { level: string; topic: string }) => finding.topic === 'configuration'))
  })
})

describe('a database that cannot be opened', { concurrency: 2 }, () => {
  const out = 'postgres://ada:s3cret@127.0.0.1:1/antiphon'

  test('is told in one line without stack or password, and the exit code is 1', async () => {
    const cases = [
      [['serve'], out],
      [['migrate'], 'postgres://ada:s3cret@[/antiphon'],
    ] as const
    for (const [args, url] of cases) {
      const variables = { ANTIPHON_MASTER_KEY: MASTER_KEY, ANTIPHON_DATABASE_URL: url }
      const { status, stdout, stderr } = await antiphon(args, variables)
      assert.deepEqual([status, stdout], [1, ''])
      assert.match(stderr, oneLine)
      assert.match(stderr, /^antiphon: the database \S.* cannot be opened: /)
      assert.doesNotMatch(stderr, /s3cret/)
    }
  })

  test('is a fault of the configuration where its file can never be, with exit code 2', async () => {
    const folder = temporaryFolder()
    const none = process.platform === 'linux' ? '/proc/none/a.db' : `${folder}/${'x'.repeat(300)}`
    for (const path of [folder, none]) {
      const variables = { ANTIPHON_MASTER_KEY: MASTER_KEY, ANTIPHON_DATABASE_URL: `sqlite:${path}` }
      const { status, stdout, stderr } = await antiphon(['apps', 'list'], variables)
      assert.deepEqual([status, stdout], [2, ''])
      assert.match(stderr, oneLine)
      assert.match(stderr, /^ANTIPHON_DATABASE_URL: E[A-Z]+: /)
    }
  })

  test('is a fault to doctor', async () => {
    const variables = { ANTIPHON_MASTER_KEY: MASTER_KEY, ANTIPHON_DATABASE_URL: out }
    const { status, stdout } = await antiphon(['doctor'], variables)
    assert.equal(status, 1)
    assert.match(stdout, /^fault {2}database: the database postgres:\/\/127\.0\.0\.1:1\/antiphon cannot be opened: /m)
    assert.match(stdout, /^1 fault, /m)
  })
})

for (const engine of ENGINES) {
  test(`${engine}: from an empty database to a key that is used, revoked and refused`, async () => {
    const variables = { ANTIPHON_MASTER_KEY: MASTER_KEY, ANTIPHON_DATABASE_URL: await emptyDatabase(engine) }
    const run = async (...args: string[]) => {
      const { status, stdout, stderr } = await antiphon([...args, '--json'], variables)
      assert.equal(status, 0, stderr)
      assert.match(stdout, oneLine)
      return JSON.parse(stdout)
    }

    const early = await antiphon(['apps', 'list'], variables)
    assert.equal(early.status, 1)
    assert.match(early.stderr, /^antiphon: the database lacks \d+ migrations: run `antiphon migrate`\n$/)
    const names = migrations.map((migration) => migration.name)
    assert.deepEqual(await run('migrate'), { applied: names })
    assert.deepEqual(await run('migrate'), { applied: [] })

    const { management_key: first } = await run('apps', 'create', 'shop', '--name', 'The shop')
    await run('apps', 'create', 'sandbox', '--mode', 'dev')
    const [{ management_key: second, key_id }, instance, apps] = await Promise.all([
      run('keys', 'create', '--app', 'shop', '--name', 'ci'),
      run('keys', 'create', '--instance'),
      run('apps', 'list'),
    ])
    assert.deepEqual(
      apps.map((app: { app_id: string; name: string; mode: string }) => [app.app_id, app.name, app.mode]),
      [
        ['sandbox', 'sandbox', 'dev'],
        ['shop', 'The shop', 'prod'],
      ],
    )

    const server = await serving(variables)
    const use = async (key: string) => {
      const headers = { authorization: `Bearer ${key}` }
      return (await fetch(`${server.address}/v2/session/apps/shop`, { headers })).status
    }
    for (const key of [first, second, instance.management_key]) assert.equal(await use(key), 200)
    const rotated = await run('keys', 'rotate', key_id, '--overlap-hours', '0')
    assert.deepEqual([rotated.app_id, rotated.created_by, rotated.previous.key_id], ['shop', 'cli', key_id])
    assert.deepEqual([await use(second), await use(rotated.management_key)], [401, 200])
    await run('keys', 'revoke', rotated.key_id, '--yes')
    assert.equal(await use(rotated.management_key), 401)
    await run('keys', 'revoke', instance.key_id, '--yes')
    assert.equal(await use(instance.management_key), 401)
    const { faults, findings } = await run('doctor')
    assert.equal(faults, 0, JSON.stringify(findings))

    const wrongKey = { ...variables, ANTIPHON_MASTER_KEY: Buffer.alloc(32, 8).toString('base64') }
    const sick = await antiphon(['doctor'], wrongKey)
    assert.equal(sick.status, 1)
    assert.match(sick.stdout, /^fault {2}application shop: 3 of 3 signing keys do not open with this master key$/m)
    assert.equal(await server.stop(), 0)
  })

  test(`${engine}: the first application may be created in a database without schema`, async () => {
    const variables = { ANTIPHON_MASTER_KEY: MASTER_KEY, ANTIPHON_DATABASE_URL: await emptyDatabase(engine) }
    const { status, stdout } = await antiphon(['apps', 'create', 'demo'], variables)
    assert.equal(status, 0)
    assert.match(
      stdout,
      /^Application demo answers at https:\/\/demo\.session\.localhost\.\nManagement key, shown this once: ak_\S+\n$/,
    )
    const again = await antiphon(['apps', 'create', 'demo'], variables)
    assert.equal(again.status, 1)
    assert.match(again.stderr, oneLine)
    assert.match(again.stderr, /^antiphon: This application id is taken.* \(409 application_already_exists\)$/m)
  })
}

test('a fault of the program itself ends with 70 and its stack', async () => {
  const broken = "--import=data:text/javascript,console.log=()=>{throw(Error('broken'))}"
  const { status, stdout, stderr } = await antiphon(['version'], { NODE_OPTIONS: broken })
  assert.deepEqual([status, stdout], [70, ''])
  assert.match(stderr, /^Error: broken\n {4}at /)
})
