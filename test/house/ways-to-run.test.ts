import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { readConfig } from '../../src/platform/config.ts'
import { fileVariableOf } from '../../src/platform/config-files.ts'
import { VARIABLES } from '../../src/platform/config-variables.ts'
import { stopsWithin as ofServer } from '../../src/platform/signals.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const manifest = JSON.parse(read('package.json'))

const KEY = '3u+UR6n8AgABHnz7pVZ7V0zO2hTzyBJIhLMGxZUOHLc='
const variables = VARIABLES.flatMap(([name]) => [name, fileVariableOf(name) ?? name])
/** Between SIGTERM and SIGKILL, when nobody says otherwise. */
const DOCKER_WAITS_SECONDS = 10

/** A variable of Caddy's and compose's own. */
const OURS_ELSEWHERE = ['ANTIPHON_HOSTS']

/** Values as the process gets them; those that compose asks for stand in. */
function configOf(environment: Readonly<Record<string, string>>): ReturnType<typeof readConfig> {
  const given = Object.entries(environment).map(([name, value]) => [
    name,
    String(value)
      .replaceAll(/\$\{ANTIPHON_MASTER_KEY:[^}]*\}/g, KEY)
      .replaceAll(/\$\{ANTIPHON_BASE_DOMAIN:[^}]*\}/g, 'session.example.com')
      .replaceAll(/\$\{[^}]*\}/g, 'x'),
  ])
  const {
    ANTIPHON_MASTER_KEY_FILE: key,
    ANTIPHON_DATABASE_URL_FILE: url,
    ANTIPHON_MASTER_KEY_PREVIOUS_FILE: _,
    ...read
  } = Object.fromEntries(given)
  return readConfig({
    ...read,
    ...(key && { ANTIPHON_MASTER_KEY: KEY }),
    ...(url && { ANTIPHON_DATABASE_URL: 'postgres://a@b/c' }),
  })
}

const dockerfile = read('Dockerfile')
const compose = parse(read('compose.yaml')).services.antiphon
const withPostgres = parse(read('compose.postgres.yaml')).services
const values = parse(read('ops/helm/antiphon/values.yaml'))
const chart = parse(read('ops/helm/antiphon/Chart.yaml'))
const templates = globSync('ops/helm/antiphon/templates/*', { cwd: root }).map(read).join('\n')
const unit = read('ops/antiphon.service')

test('no file of a way to run names a variable that there is not, nor a secret', () => {
  const files = [
    'Dockerfile',
    'compose.yaml',
    'compose.postgres.yaml',
    'ops/Caddyfile',
    'ops/antiphon.service',
    'docs/guide/ways-to-run.md',
  ]
  for (const [file, text] of [
    ...files.map((path) => [path, read(path)] as const),
    ['the chart', templates + read('ops/helm/antiphon/values.yaml')] as const,
  ]) {
    const named = [...new Set(text.match(/\bANTIPHON_[A-Z_]+[A-Z]/g))]
    assert.deepEqual(
      named.filter((name) => ![...variables, ...OURS_ELSEWHERE].includes(name)),
      [],
      file,
    )
    assert.doesNotMatch(text, /[A-Za-z0-9+/]{43}=/, file)
    assert.doesNotMatch(text, /PASSWORD: *"?[a-z0-9]/i, file)
  }
})

describe('the image', () => {
  const node = /^FROM (?:--platform=\S+ )?node:(\S+)/gm

  test('is of one pinned Node that the package takes, and runs as nobody', () => {
    const tags = [...dockerfile.matchAll(node)].map(([, tag]) => tag)
    assert.equal(new Set(tags).size, 1)
    assert.match(String(tags[0]), /^(2[4-9]|[3-9]\d)\.\d+\.\d+-\w+-slim$/)
    assert.match(dockerfile, /^USER 10001:10001$/m)
    assert.doesNotMatch(dockerfile, /^(ARG|ENV) .*(KEY|PASSWORD|SECRET|TOKEN)/m)
  })

  test('is healthy by a command that there is, and listens where it says', () => {
    const [, asked = ''] = /^HEALTHCHECK .*CMD (.+)$/m.exec(dockerfile) ?? []
    assert.deepEqual(JSON.parse(asked), ['antiphon', 'health'])
    const [, listen = ''] = /ANTIPHON_LISTEN=(\S+)/.exec(dockerfile) ?? []
    assert.equal(listen, `0.0.0.0:${/^EXPOSE (\d+)$/m.exec(dockerfile)?.[1]}`)
    const seconds = Number(/--timeout=(\d+)s/.exec(dockerfile)?.[1])
    assert.ok(Number(/WITHIN_MS = (\d)_000/.exec(read('src/cli/health.ts'))?.[1]) < seconds, 'the command ends first')
  })

  test('copies what is there, and leaves out what is secret', () => {
    const ignored = read('.dockerignore').split('\n')
    // Without `**/` a pattern is of the root alone.
    const secrets = ['.antiphon', '*.key', '*.keys', '*.pem', '*.db*', '.env*'].map((name) => `**/${name}`)
    for (const secret of [...secrets, '.git', 'data', 'dist', 'node_modules'])
      assert.ok(ignored.includes(secret), secret)
    for (const needed of ['src', 'scripts', 'demo', 'LICENSE', 'docs']) assert.ok(!ignored.includes(needed), needed)
  })
})

describe('compose', () => {
  test('with SQLite is twelve lines, keeps key and database in one volume, and its root is read-only', () => {
    assert.ok(read('compose.yaml').trimEnd().split('\n').length <= 12)
    assert.equal(compose.read_only, true)
    assert.ok(compose.volumes.includes(`data:${/^VOLUME (\S+)$/m.exec(dockerfile)?.[1]}`))
    assert.equal(compose.environment.ANTIPHON_MASTER_KEY_FILE, '/data/master.key')
    assert.equal(configOf(compose.environment).kind, 'config')
    assert.ok(stopsWithin(compose.environment.ANTIPHON_DRAIN_SECONDS) <= DOCKER_WAITS_SECONDS)
  })

  test('with PostgreSQL takes no secret for granted, and trusts its own network', () => {
    const { antiphon, postgres } = withPostgres
    const { ANTIPHON_MASTER_KEY_PREVIOUS: previous, ...environment } = antiphon.environment
    assert.equal(previous, '$' + '{ANTIPHON_MASTER_KEY_PREVIOUS:-}', 'none, but while the key is rotated')
    assert.equal(configOf({ ...environment, ANTIPHON_MASTER_KEY_PREVIOUS: '' }).kind, 'config')
    assert.match(antiphon.environment.ANTIPHON_MASTER_KEY, /^\$\{ANTIPHON_MASTER_KEY:\?.*openssl rand -base64 32\}$/)
    assert.match(
      antiphon.environment.ANTIPHON_DATABASE_URL,
      /\$\{POSTGRES_PASSWORD:\?[^}]*openssl rand[^}]*\}@postgres\//,
    )
    assert.equal(postgres.environment.POSTGRES_PASSWORD, '$' + '{POSTGRES_PASSWORD}')
    const [{ subnet }] = parse(read('compose.postgres.yaml')).networks.default.ipam.config
    assert.equal(antiphon.environment.ANTIPHON_TRUSTED_PROXIES, subnet)
    assert.ok(Number.parseInt(antiphon.stop_grace_period, 10) > stopsWithin())
    assert.equal(antiphon.ports, undefined, 'only Caddy is reached from outside')
  })

  test('Caddy asks the listener that is not public, and speaks to the other', () => {
    const caddy = read('ops/Caddyfile')
    const port = withPostgres.antiphon.environment.ANTIPHON_METRICS_LISTEN.split(':')[1]
    assert.match(caddy, new RegExp(`ask http://antiphon:${port}/internal/tls/ask$`, 'm'))
    for (const [, to] of caddy.matchAll(/reverse_proxy (\S+)/g))
      assert.equal(to, `antiphon:${/^EXPOSE (\d+)/m.exec(dockerfile)?.[1]}`)
  })
})

describe('the chart', () => {
  test('is of this version, and its values are variables that the process takes', () => {
    assert.deepEqual([chart.appVersion, chart.version], [manifest.version, manifest.version])
    assert.equal(values.existingSecret, '')
    const set = [...templates.matchAll(/name: (ANTIPHON_\w+), value: "?([^" }]+)"?/g)].map(([, name, value]) => [
      name,
      value,
    ])
    const outcome = configOf({ ...values.env, ...Object.fromEntries(set) })
    assert.equal(outcome.kind, 'config')
    assert.equal(set.length, 5)
  })

  test('asks what the server answers, runs as the image does, and outlives a drain', () => {
    for (const [, path] of templates.matchAll(/httpGet: \{ path: (\S+), port: http \}/g))
      assert.match(String(path), /^\/(livez|readyz)$/)
    assert.match(templates, /containerPort: 8080/)
    assert.match(templates, /runAsUser: 10001\b/)
    assert.match(templates, /readOnlyRootFilesystem: true/)
    const [, spare] =
      /terminationGracePeriodSeconds: \{\{ add \(int \.Values\.env\.ANTIPHON_DRAIN_SECONDS\) (\d+) \}\}/.exec(
        templates,
      ) ?? []
    assert.ok(Number(spare) > stopsWithin('0'), 'it is killed before it has stopped')
    assert.match(values.env.ANTIPHON_DRAIN_SECONDS, /^\d+$/)
  })
})

/** Seconds after which the process has stopped, when it is told to drain for so long. */
function stopsWithin(drain?: string): number {
  const outcome = readConfig({ ANTIPHON_MASTER_KEY: KEY, ANTIPHON_DRAIN_SECONDS: drain })
  assert.ok(outcome.kind === 'config')
  return ofServer(outcome.config.drainSeconds) / 1000
}

test('the unit starts what the guide installs, with a key that only root reads, and waits for its end', () => {
  const lines = (name: string) =>
    [...unit.matchAll(new RegExp(`^${name}=(.+)$`, 'gm'))].map(([, value]) => value as string)
  const environment = Object.fromEntries(lines('Environment').map((one) => one.split(/=(.*)/s) as [string, string]))
  const { NODE_ENV: _, ...ours } = environment
  assert.equal(configOf(ours).kind, 'config')
  const credential = String(lines('LoadCredential')[0]).split(':')[0]
  assert.equal(ours.ANTIPHON_MASTER_KEY_FILE, `%d/${credential}`)
  assert.ok(ours.ANTIPHON_DATABASE_URL?.startsWith(`sqlite:/var/lib/${lines('StateDirectory')[0]}/`))
  assert.ok(Number(lines('TimeoutStopSec')[0]) > stopsWithin())
  assert.deepEqual(lines('KillSignal'), ['SIGTERM'])
  assert.deepEqual(lines('StartLimitIntervalSec'), ['0'], 'a database may be away for long')
  assert.deepEqual(lines('Restart'), ['on-failure'])
  assert.deepEqual(lines('ProtectSystem'), ['strict'])
  const guide = read('docs/guide/ways-to-run.md')
  const [program = ''] = String(lines('ExecStart')[0]).split(' ')
  for (const path of [program, '/etc/antiphon/master.key']) assert.ok(guide.includes(path), path)
})

test('the guide names every file that it is about, and each is there', () => {
  const guide = read('docs/guide/ways-to-run.md')
  for (const file of [
    'Dockerfile',
    'compose.yaml',
    'compose.postgres.yaml',
    'ops/helm/antiphon',
    'ops/antiphon.service',
    'ops/Caddyfile',
  ]) {
    assert.ok(existsSync(join(root, file)), file)
    assert.ok(guide.includes(file), file)
  }
})
