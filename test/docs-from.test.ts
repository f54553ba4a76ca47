import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { SOURCES } from '../src/cli/import/sources.ts'
import { findOne } from '../src/cli/users.ts'
import { application, type TestApp } from './builders.ts'
import { blocksOf, FLAGS, filesOf, runVendors, type Statement, sectionOf, statementsOf } from './house/guide-page.ts'
import { importInto, waysOf } from './house/imports.ts'
import { CONFIG, configure } from './house/legacy.ts'
import { type LegacyConfig, vendorSession } from './house/vendor-session.ts'
import { EXPORTS, type LegacyExport } from './vectors/legacy/exports.ts'
import { START, world } from './world.ts'

const guide = join(import.meta.dirname, '../docs/guide')
const pages = join(guide, 'from')
const folder = mkdtempSync(join(tmpdir(), 'antiphon-from-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** What is named by no source, and what its page reads it as. */
const OWN = { name: 'own-system', from: 'ndjson' }
const PAGES = [...SOURCES.map(({ name }) => ({ name, from: name })), OWN]
const NAMES = PAGES.map(({ name }) => name)
const pageOf = (name: string) => readFileSync(join(pages, `${name}.md`), 'utf8')
const index = readFileSync(join(guide, 'move-from.md'), 'utf8')

/** The export of a system, and its test account, in a folder of its own. */
function writeExport(name: string): string {
  const place = join(folder, name)
  const { externalId, files = {} } = EXPORTS[name] ?? assert.fail(`there is no export of ${name}`)
  const canary = `${JSON.stringify({ external_id: externalId, password: 'legacy-pass-1' })}\n`
  for (const [file, content] of Object.entries({ ...files, 'canaries.ndjson': canary })) {
    mkdirSync(dirname(join(place, file)), { recursive: true })
    writeFileSync(join(place, file), file.endsWith('.gz') ? gzipSync(content) : content)
  }
  return place
}

const quiet = { show() {}, isInterrupted: () => false, close() {} }
const w = await world('sqlite')

/** Import as a page says, in the folder of its export. Answers whom the user is then; undefined: nobody yet. */
async function bring(app: TestApp, externalId: string, { paths, flags }: Extract<Statement, { kind: 'import' }>) {
  const outcome = await importInto(w, paths, { ...flags, app: app.id }, quiet)
  assert.ok(outcome.kind === 'done' && !outcome.failed, JSON.stringify(outcome))
  const { outcomes, canaries } = outcome.json as { outcomes: { created: number }; canaries: { outcome: string }[] }
  assert.equal(outcomes.created, 1, outcome.plain)
  const tried = canaries.map((canary) => canary.outcome)
  assert.deepEqual(tried, flags.canaries === undefined ? [] : ['ok'], outcome.plain)
  const found = await findOne(await waysOf(w), app.id, { externalId })
  return found.kind === 'done' ? (found.json as { id: string }).id : undefined
}

/** What a token would open: the way, and whose session it would be. */
async function rehearsed(app: TestApp, token: string): Promise<readonly unknown[]> {
  const { status, body } = await app.manage(`${CONFIG}/try`, { body: { token } })
  assert.equal(status, 200, JSON.stringify(body))
  return [body.outcome, body.way, body.match?.kind, body.match?.user_id]
}

/** Configure as a page says, and see that each kind of token which it is for is the user's. */
async function take(app: TestApp, person: LegacyExport, userId: string | undefined, config: LegacyConfig) {
  const answer = await app.manage(CONFIG, { method: 'PUT', body: config })
  assert.ok(answer.status < 300, JSON.stringify(answer.body))
  const isJwt = config.mode === 'jwt'
  const alive = await vendorSession(w, config, person)
  assert.deepEqual(await rehearsed(app, alive), ['exchanged', isJwt ? 'token' : 'hook', 'known', userId])
  if (config.expired_grace_seconds !== undefined) {
    const over = await vendorSession(w, config, person, YESTERDAY)
    assert.deepEqual(await rehearsed(app, over), ['exchanged', 'grace', 'known', userId])
  }
  if (config.refresh !== undefined) assert.equal((await rehearsed(app, 'a-refresh-token'))[0], 'would_refresh')
}

const YESTERDAY = { iat: START / 1000 - 90_000, exp: START / 1000 - 86_400 }

const SECTIONS = [
  '1. Get the users out',
  '2. Bring them',
  '3. Take their sessions',
  '4. Passwords',
  '5. What does not come, and what to tell users',
  '6. The day of the switch',
]

test('each system has a page of the same shape and a line in the index, and nothing else has', () => {
  assert.deepEqual(readdirSync(pages).sort(), NAMES.map((name) => `${name}.md`).sort())
  for (const { name, from } of PAGES) {
    assert.ok(index.includes(`(from/${name}.md) | \`${from}\``), `${name} is not in the index`)
    const headings = [...pageOf(name).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
    assert.deepEqual(headings, SECTIONS, name)
  }
})

test('what a page has the vendor’s programs do makes the files that its import reads', () => {
  const blocks = new Map(
    NAMES.map((name) => {
      const place = join(folder, `vendor-${name}`)
      mkdirSync(place)
      return [place, blocksOf(pageOf(name), 'sh vendor').join('\n')]
    }),
  )
  runVendors(blocks, join(folder, 'tools'))
  for (const name of NAMES) {
    const said = sectionOf(pageOf(name), '1. ')
    for (const statement of statementsOf(pageOf(name))) {
      const files = statement.kind === 'import' ? filesOf(statement.paths, statement.flags) : []
      for (const file of files) {
        const isMade = existsSync(join(folder, `vendor-${name}`, file)) || said.includes(`\`${file}\``)
        assert.ok(isMade, `${name}: nothing makes ${file}`)
      }
    }
  }
})

for (const { name, from } of PAGES) {
  test(`${name}: users come as its page says, log in with their passwords, and are known by their sessions`, async () => {
    const [app, person] = [await application(w), EXPORTS[name] ?? assert.fail(name)]
    // As the demo has one, which is replaced.
    await configure(app)
    process.chdir(writeExport(name))
    const statements = statementsOf(pageOf(name))
    const imports = statements.flatMap((statement) => (statement.kind === 'import' ? statement : []))
    assert.deepEqual(
      imports.map(({ flags }) => [flags.app, flags.from, flags.dryRun]),
      [true, undefined].map((dryRun) => ['guide', from, dryRun]),
    )
    let userId: string | undefined
    for (const statement of statements) {
      if (statement.kind === 'import') userId = await bring(app, person.externalId, statement)
      else if (statement.kind === 'write') writeFileSync(statement.path, statement.content)
      else await take(app, person, userId, statement.config)
    }
    assert.ok(userId && statements.length > imports.length)
  })
}

test('the pages name no flag that is not there, and begin with the commands of pages that are run', () => {
  for (const path of [...NAMES.map((name) => `from/${name}.md`), 'move-from.md', 'bulk-import.md']) {
    const named = [...readFileSync(join(guide, path), 'utf8').matchAll(/`[^`\n]*?--([a-z][a-z-]+)[^`\n]*`/g)]
    for (const [, flag = ''] of named)
      assert.ok(FLAGS.has(`--${flag}`) || OF_OTHERS.includes(flag), `${path}: --${flag}`)
  }
  assert.deepEqual(
    blocksOf(index, 'sh'),
    blocksOf(readFileSync(join(guide, 'switch-day.md'), 'utf8'), 'sh').slice(0, 1),
  )
})

/** Flags of other commands, and of other programs. */
const OF_OTHERS = ['out', 'outcome', 'users', 'leftovers', 'data-only']
