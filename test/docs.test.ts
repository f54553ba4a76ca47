import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { freePort } from './cli/antiphon.ts'
import { COMMAND } from './command.ts'

const root = join(import.meta.dirname, '..')
const hasCurl = spawnSync('curl', ['--version']).status === 0

/** The shell commands of a page, in order. */
function commandsOf(page: string): string {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1]).join('\n')
}

/** What the commands of each page answer, by the first member of each JSON. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  'README.md': ['config', 'challenge_token', 'progress', ...Array(4).fill('config')],
  'docs/guide/passwords.md': ['config', 'access_token', 'min_length', 'config'],
  'docs/guide/log-in-by-code.md': ['access_token'],
  'docs/guide/step-up-for-a-payment.md': ['config', 'config', 'config', 'access_token'],
  'docs/guide/social-login.md': ['application', 'config', 'config', 'configs', 'authorization_url'],
  'docs/guide/saml.md': ['connection', 'connection', 'redirect_url', 'connection', 'outcome'],
  'docs/guide/import-users.md': ['id', 'id', 'challenge_token', 'challenge_token'],
  'docs/guide/bulk-import.md': ['received_bytes', 'import', 'report'],
  'docs/guide/deliver-messages.md': [
    'mail',
    'providers',
    'provider',
    'outcome',
    ...Array(5).fill('provider'),
    ...Array(2).fill('template'),
    ...Array(2).fill('preview'),
    'messages',
  ],
  'docs/guide/add-login-to-your-app.md': ['application', 'application', 'application'],
  'docs/guide/local-development.md': ['mail'],
  'docs/guide/management-api.md': ['id', 'id'],
  'docs/guide/statistics.md': [],
  'docs/guide/users-at-scale.md': ['id', 'id'],
  'docs/guide/custom-domains.md': ['domain', 'domain', 'domains'],
  'docs/guide/groups-and-claims.md': ['config', 'config', 'config'],
  'docs/guide/hooks.md': ['config'],
  'docs/guide/webhooks.md': [
    ...['webhook', 'webhook', 'id', 'webhook', 'deliveries', 'delivery', 'delivery', 'count', 'delivered', 'valid'],
    ...['id', 'webhook', 'id', 'events', 'committed'],
  ],
  'docs/guide/expired-tokens.md': [
    'config',
    'config',
    'id',
    'outcome',
    'challenge_token',
    'outcome',
    'config',
    'config',
  ],
  'docs/guide/move-from.md': [],
  'docs/guide/passkeys.md': ['config', 'config', 'access_token', 'config'],
  'docs/guide/keys-and-audit.md': [],
  'docs/guide/verify-tokens.md': [],
  'docs/guide/back-up-and-restore.md': [],
  'docs/guide/switch-day.md': ['config', 'outcome', 'access_token', 'access_token'],
  'docs/guide/migrate-users.md': [...Array(7).fill('config'), 'access_token', 'access_token', 'progress', 'config'],
}

/** What the commands of a page say besides. */
const SAID: Readonly<Record<string, readonly RegExp[]>> = {
  'README.md': [/"users_migrated":1/],
  'docs/guide/migrate-users.md': [/"users_migrated":1/],
  'docs/guide/local-development.md': [
    /^\{"token":"eyJ[^"]+","expires_at":/m,
    /^"access_token_lifetime_seconds":10\n"access_token_lifetime_seconds":60\n/m,
    /ready/,
  ],
  'docs/guide/add-login-to-your-app.md': [
    /"allowed_origins":\["https:\/\/localhost:5173"\]/,
    /^\{"error":"Invalid Compact JWS"\}$/m,
    /^"cookie_same_site":"none"\n"cookie_same_site":"lax"$/m,
    /"id":"shop".*"mode":"dev".*"management_key":"ak_dev_/,
  ],
  'docs/guide/management-api.md': [
    /"body\.identifiers\[0\]\.type: must be one of email_address, phone_number; body\.identifiers\[0\]\.value: is missing"/,
    /(\{"id":"usr_\w+"\})\s*\1/,
  ],
  'docs/guide/webhooks.md': [
    /#1 user\.created usr_\w+$/m,
    /"differs_at":10,/,
    /^#1 {2}user\.created {2}evt_\w+ {2}→ 200$/m,
  ],
  'docs/guide/bulk-import.md': [
    /: tried; nothing was changed\nLines +4\nCreated +2\n/,
    /: completed\nLines +4\nCreated +2\n(.*\n)+Test account 1 +ok\n/,
    /: rolled back\n(.*\n)+Deleted +2\n/,
    /^4 +4 +\d+ +taken +identifiers$/m,
    /"shop-7".*"verified_at":"2024-05-06T07:08:09Z"/,
    /^\d+ users are written/m,
    /of application copy: completed\nLines +\d+\nCreated +[1-9]/,
  ],
  'docs/guide/users-at-scale.md': [
    /"first_name":"Ada"/,
    /"name":"José Adams"/,
    /"next":"usr_/,
    /"code":"identifier_already_exists"/,
    /"unchanged":2,"refused":1/,
  ],
  'docs/guide/step-up-for-a-payment.md': [/\{"paid":"500"\}/, /"code":"passkey_step_unavailable"/],
  'docs/guide/keys-and-audit.md': [
    /^\{"users":\[/m,
    /"code":"insufficient_permissions".*`events:read`/,
    /"management_key":"ak_dev_[\w-]{43}".*"replaced_by":"key_/,
    /"operation":"createScope".*"changes":\{"scope":\{"after":"reports"\}\}/,
    /intact up to [\w-]{43}\n/,
  ],
  'docs/guide/back-up-and-restore.md': [
    /^antiphon-backup\.db is the whole database, \d+ bytes\. /m,
    /^antiphon-backup\.db: it can be served from\n(.*\n)+Master key {4}opens it, and every signing key\n/m,
    /^\{"source":"antiphon-backup\.db","usable":true,"fault":null,/m,
    /^drill\/antiphon\.db is the backup now; /m,
    /"app_id":"demo"/,
    /What was there is drill\/antiphon\.db\.before-\d+T\d+Z: /,
    /^as it should be: the server is running$/m,
    /^\d+ tables with \d+ rows are in sqlite:moved\/antiphon\.db, and compared\. /m,
  ],
  'docs/guide/verify-tokens.md': [
    /^"issuer_form":"url","audience":"https:\/\/api\.shop\.example"$/m,
    /^\{"issuer":"(https:\/\/127\.0\.0\.1:\d+)","jwks_uri":"\1\/\.well-known\/jwks\.json",/m,
    /"alg":"RS256"/,
    /^"issuer_form":"host","audience":""$/m,
  ],
  'docs/guide/passkeys.md': [
    /"nickname":"My laptop".*"already_registered":false/,
    /\{"deleted":1\}/,
    /"passkey_apps":\{"apple_app_ids":\["ABCDE12345\.example\.shop"\]/,
    /\{"webcredentials":\{"apps":\["ABCDE12345\.example\.shop"\]\}\}/,
    /"package_name":"example\.shop","sha256_cert_fingerprints":\["9F:57:B8:/,
    /"code":"invalid_request".*phones and password managers/,
  ],
  'docs/guide/groups-and-claims.md': [
    /\{"name":"support","scopes":\["orders:read","refunds:write"\]/,
    /\{"success":true\}\n?\{"groups":\["support"\]\}/,
    /"scope":"orders:read refunds:write"/,
    /"claims":\{"api_version":2,.*"size_bytes":\d+\}/,
    /"email":"ana@example\.com","plan":"pro","context":\{"company":"Acme","groups":\["support"\]\},"iss"/,
    /"access_token_ttl_seconds":300/,
  ],
  'docs/guide/saml.md': [
    /EntityDescriptor/,
    /https:\/\/www\.shop\.example\/signed-in\?challenge_token=/,
    /"enforce_login":true.*\n?.*"code":"saml_login_required"/,
    /Key 2 is announced: /,
    /^2 +announced /m,
    /^Key 2 signs\. /m,
    /\{"outcome":"accepted",.*"name":"audience","result":"passed".*"email":"mary-jackson@acme\.example"/,
  ],
  'docs/guide/statistics.md': [/^\{"metric":"session_started","starts":\["\d{4}-/m],
  'docs/guide/switch-day.md': [
    /: tried; nothing was changed\nLines +4\n/,
    /No, the old system is still needed: 1 person active lately can log in by the old system alone\.$/m,
    /Yes, the old system can be switched off: \d+ of \d+ are here, and/,
    /: completed\nLines +4\nCreated +0\nUpdated +0\nUnchanged +4\n/,
    /^The signature holds\. \S+Z Yes, the old system can be switched off: /m,
    /"code":"internal"/,
    /"external_id":"customer-72"/,
  ],
}

/** Pages about the demo's own application. They leave it as it was. */
const ABOUT_DEMO = ['docs/guide/add-login-to-your-app.md', 'docs/guide/local-development.md']
const DEMO_CONFIGS = [
  'migration',
  'login/otp',
  'login/password',
  'login/saml',
  'login/oauth',
  'scopes',
  'stepup',
  'passkey',
]

const folder = mkdtempSync(join(tmpdir(), 'antiphon-guides-'))
const data = join(folder, '.antiphon')
const [port, hookPort, keysPort, apiPort] = [await freePort(), await freePort(), await freePort(), await freePort()]

/** What the management API answers of the demo. */
function ofDemo(paths: readonly string[]): string {
  const key = readFileSync(join(data, 'demo-management.key'), 'utf8').trim()
  const urls = paths.map((path) => `https://localhost:${port}/v2/session/apps/demo/${path}`)
  const words = ['-sS', '--cacert', join(data, 'localhost.crt'), '-H', `Authorization: Bearer ${key}`, ...urls]
  return spawnSync('curl', words, { encoding: 'utf8' }).stdout
}

const demoConfigs = () => ofDemo(DEMO_CONFIGS.map((name) => `config/${name}`)).replaceAll(/"updated_at":"[^"]*"/g, '')
const demoChanges = () => ofDemo(['audit?limit=100', 'users?limit=100', 'mailbox'])

/** The commands of a page, for this checkout, in the folder of a reader, at ports of their own. */
const scriptOf = (page: string) => `set -eu
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
${commandsOf(page)
  .replaceAll('127.0.0.1:9101', `127.0.0.1:${keysPort}`)
  .replaceAll('127.0.0.1:3000', `127.0.0.1:${apiPort}`)
  .replaceAll(/examples\/(?=hooks\/|vite-express\/)/g, join(root, 'examples/'))
  .replaceAll('docs/guide/', join(root, 'docs/guide/'))
  .replaceAll('node_modules/.bin/node ', `${process.execPath} `)
  .replaceAll('src/antiphon.js', COMMAND)
  .replaceAll(/(?<=^| )node /gm, `${process.execPath} `)}`

function run(page: string): string {
  const env = {
    ...process.env,
    HOME: folder,
    SERVER_PORT: String(port),
    HOOK_PORT: String(hookPort),
    PORT: String(apiPort),
  }
  const ran = spawnSync('bash', ['-c', scriptOf(page)], { cwd: folder, env, encoding: 'utf8', timeout: 120_000 })
  assert.equal(ran.status, 0, ran.stdout + ran.stderr)
  return ran.stdout
}

const NAMES =
  /(?<![:[,])\{"(application|configs?|domains?|connection|authorization_url|redirect_url|challenge_token|access_token|progress|id|min_length|mail|providers?|outcome|template|preview|messages|received_bytes|import|report|webhook|deliver\w+|count|valid|events|committed)"/g
const namesOf = (stdout: string) => [...stdout.matchAll(NAMES)].map(([, name]) => name)

const hasCommands = (page: string) => commandsOf(page) !== ''

/** As the README leads through them: itself, and then what it links to. */
function rowOfPages(): readonly string[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const links = readme.slice(readme.indexOf('## Read on')).matchAll(/\]\((docs\/guide\/[\w-]+\.md)/g)
  return ['README.md', ...new Set([...links].map(([, page = '']) => page))].filter(hasCommands)
}

const row = rowOfPages()

const dev = spawn(process.execPath, [COMMAND, 'dev', '--data', data], {
  cwd: root,
  env: { ...process.env, ANTIPHON_LISTEN: `localhost:${port}` },
})
after(() => {
  dev.kill()
  rmSync(folder, { recursive: true, force: true })
})
await new Promise<void>((resolve, reject) => {
  dev.stdout.on('data', (chunk) => String(chunk).includes('is ready') && resolve())
  dev.once('exit', (code) => reject(new Error(`dev ended with ${code}`)))
})

test('every page with commands is in the row that the README leads through', () => {
  const pages = globSync('docs/guide/*.md', { cwd: root }).map((page) => page.replaceAll('\\', '/'))
  assert.deepEqual([...row].sort(), ['README.md', ...pages].filter(hasCommands).sort())
  assert.deepEqual([...row].sort(), [...Object.keys(PAGES)].sort())
})

// One after the other, on one folder, as somebody would who reads them all.
for (const page of row) {
  test(`the commands of ${page} run as written`, { skip: hasCurl ? false : 'curl is not installed' }, async () => {
    const [configs, changes] = [demoConfigs(), demoChanges()]
    const stdout = run(page)
    assert.deepEqual(namesOf(stdout), PAGES[page], stdout)
    assert.doesNotMatch(stdout, /\}\{|[^\n]$/, 'each answer is on a line of its own, away from the prompt')
    for (const said of SAID[page] ?? []) assert.match(stdout, said)
    assert.equal(demoConfigs(), configs)
    if (!ABOUT_DEMO.includes(page)) return assert.equal(demoChanges(), changes)
    // A message leaves a moment after the answer: it is not to be taken for what the next page does.
    await setTimeout(1_000)
  })
}

test('no guide leaves a connection by SAML behind, so that its domain is free for the next time', () => {
  const key = readFileSync(join(data, 'guide-management.key'), 'utf8').trim()
  const url = `https://127.0.0.1:${port}/v2/session/apps/guide/config/login/saml`
  const words = ['-sS', '--cacert', join(data, 'localhost.crt'), '-H', `Authorization: Bearer ${key}`, url]
  assert.deepEqual(JSON.parse(spawnSync('curl', words, { encoding: 'utf8' }).stdout), { connections: [] })
})

test('no page has the command run by a Node that may be too old for it', () => {
  const pages = globSync(['README.md', 'docs/guide/**/*.md'], { cwd: root })
  const bare = pages.filter((page) => /(?<!bin\/)\bnode src\/antiphon\.js/.test(readFileSync(join(root, page), 'utf8')))
  assert.deepEqual(bare, [])
})

const hasBrowser = process.env.ANTIPHON_TEST_POSTGRES !== undefined

test('every story of the demo is told as ever after them', {
  skip: hasBrowser ? false : 'without a browser',
}, async () => {
  dev.kill()
  await once(dev, 'exit')
  const { NODE_TEST_CONTEXT: _, ...variables } = process.env
  const stories = spawn(process.execPath, ['--test', join(root, 'test/browser/demo.test.ts')], {
    cwd: root,
    env: { ...variables, ANTIPHON_DEMO_FOLDER: data },
  })
  const [said, [status]] = await Promise.all([text(stories.stdout), once(stories, 'exit')])
  assert.equal(status, 0, said)
})

for (const name of ['legacy-hook', 'step-up-bank', 'webhook-receiver']) {
  test(`a second ${name} on the same port says so in one line`, async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port: at } = taken.address() as { port: number }
    const env = { ...process.env, HOOK_PORT: String(at) }
    const ran = spawnSync(process.execPath, [join(root, `docs/guide/${name}.mjs`)], { env, encoding: 'utf8' })
    taken.close()
    assert.equal(ran.status, 1)
    assert.match(ran.stderr, new RegExp(`^port ${at} is taken, [^\\n]+HOOK_PORT=\\d+\\n$`))
  })
}
