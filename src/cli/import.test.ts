import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { application } from '../../test/builders.ts'
import { ENGINES, world } from '../../test/world.ts'
import { findImport } from '../core/imports/store.ts'
import { openLocal } from './api/local.ts'
import { exportFile } from './export.ts'
import type { ImportFlags } from './import/flags.ts'
import { placeOf } from './import/place.ts'
import type { Terminal } from './import/terminal.ts'
import { importFiles } from './import.ts'
import { importLines, importReport, importStatus, pauseOrCancel, resume, rollback, verify } from './imports.ts'
import type { Outcome } from './outcome.ts'
import { findOne } from './users.ts'

const folder = mkdtempSync(join(tmpdir(), 'antiphon-import-'))
after(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
const newPath = () => join(folder, `${files++}`)
function written(content: string): string {
  const path = newPath()
  writeFileSync(path, content)
  return path
}
const ndjson = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
const rowsOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

/** Somebody who says nothing, and stops once something was shown that matches. */
function terminal(stopAt?: RegExp): Terminal & { readonly shown: string[] } {
  const shown: string[] = []
  return {
    shown,
    show: (status) => void shown.push(status),
    isInterrupted: () => stopAt !== undefined && shown.some((status) => stopAt.test(status)),
    close() {},
  }
}

function jsonOf(outcome: Outcome) {
  assert.equal(outcome.kind, 'done', JSON.stringify(outcome))
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test asserts
  return (outcome as { json: any }).json
}
const plainOf = (outcome: Outcome) => (outcome.kind === 'done' ? outcome.plain : assert.fail(JSON.stringify(outcome)))
const reasonOf = (outcome: Outcome) =>
  outcome.kind === 'refused' || outcome.kind === 'misused' ? outcome.reason : assert.fail(JSON.stringify(outcome))
const hasFailed = (outcome: Outcome) => outcome.kind === 'done' && outcome.failed

const HASH = '$2b$10$.tyCFIeLnSaouD6ivShMuuqRwumkyA8.eqeZ2RwS7V/IJDQBJNFjG'
const mia = {
  user_id: 'auth0|60aa',
  email: 'Mia@Lumen.example',
  email_verified: true,
  created_at: '2021-03-05T16:35:16.775Z',
  user_metadata: { plan: 'pro' },
  app_metadata: { roles: ['editor'] },
  identities: [
    { provider: 'auth0', user_id: '60aa', connection: 'db', isSocial: false },
    { provider: 'google-oauth2', user_id: '10991', connection: 'google-oauth2', isSocial: true },
  ],
}
const ravi = { user_id: 'auth0|60ab', email: 'ravi@lumen.example', email_verified: true, blocked: true }

for (const engine of ENGINES) {
  describe(engine, async () => {
    const w = await world(engine)
    const { deps } = w
    const { channel, close } = await openLocal(deps)
    after(close)
    const at = (appId: string) => placeOf({ channel, fetch: deps.fetch, own: deps }, appId)
    const run = (paths: readonly string[], flags: ImportFlags, person = terminal()) =>
      importFiles(at, paths, flags, person)

    test('an export of Auth0 is tried without a trace, imported with its hashes, and the second time changes nothing', async () => {
      const app = await application(w)
      const users = written(ndjson([mia, ravi]))
      const hashes = written(ndjson([{ _id: { $oid: '60aa' }, passwordHash: HASH }]))
      const flags = { app: app.id, from: 'auth0', hashes }
      const person = terminal()
      const tried = await run([users], { ...flags, dryRun: true, expect: '2' }, person)
      assert.deepEqual([hasFailed(tried), jsonOf(tried).outcomes.created], [false, 2])
      assert.match(plainOf(tried), /tried; nothing was changed/)
      assert.match(reasonOf(await findOne({ channel }, app.id, { externalId: 'auth0|60aa' })), /no such user/)

      const ids = newPath()
      const loaded = await run([users], { ...flags, expect: '2', ids }, person)
      assert.equal(hasFailed(loaded), false, plainOf(loaded))
      const { outcomes, hash_forms, without_password, read } = jsonOf(loaded)
      assert.deepEqual([outcomes.created, hash_forms, without_password], [2, { bcrypt: 1 }, 1])
      assert.deepEqual(read.joined, { hashes: { rows: 1, found: 1 } })
      const found = jsonOf(await findOne({ channel }, app.id, { email: 'mia@lumen.example' }))
      assert.deepEqual([found.external_id, found.created_at], ['auth0|60aa', '2021-03-05T16:35:16Z'])
      assert.equal(jsonOf(await findOne({ channel }, app.id, { externalId: 'auth0|60ab' })).status, 'inactive')
      const [ofMia] = rowsOf(ids).filter(({ external_id }) => external_id === 'auth0|60aa')
      assert.deepEqual([rowsOf(ids).length, ofMia], [2, { external_id: 'auth0|60aa', id: found.id }])

      const again = jsonOf(await run([users], flags, person))
      assert.deepEqual([again.outcomes.created, again.outcomes.updated, again.outcomes.unchanged], [0, 0, 2])
      const said = [plainOf(tried), plainOf(loaded), ...person.shown, ...w.log].join('\n')
      for (const secret of ['lumen.example', HASH, '60aa']) assert.ok(!said.includes(secret), secret)
    })

    test('a table is mapped by a file; what is refused is corrected and imported again', async () => {
      const app = await application(w)
      const map = written(
        JSON.stringify({
          external_id: 'id',
          identifiers: [{ type: 'email_address', value: 'mail', verified: 'proven' }],
          status: { from: 'state', values: { on: 'active', off: 'blocked' } },
        }),
      )
      const table =
        'id;mail;proven;state\r\n1;ada@shop.example;t;on\r\n2;bob@shop.example;f;gone\r\n3;x;;\r\n4;eve@shop.example\r\n'
      const errors = newPath()
      const flags = { app: app.id, from: 'csv', map }
      const first = await run([written(table)], { ...flags, errors })
      assert.equal(hasFailed(first), true)
      const { import_id, outcomes, codes } = jsonOf(first)
      assert.deepEqual([outcomes.created, outcomes.refused], [1, 3])
      assert.deepEqual(codes, { invalid_status: 2, columns_differ: 1 })
      assert.match(plainOf(first), /3 lines are refused: `antiphon import lines imp_/)
      assert.equal(statSync(errors).mode & 0o777, 0o600)

      const listed = jsonOf(await importLines(at(app.id), import_id, { outcome: 'refused' }))
      assert.deepEqual(listed[0], { line: 2, code: 'invalid_status', field: 'status', at: { line: 3, byte: 47 } })
      const shown = plainOf(await importLines(at(app.id), import_id, { outcome: 'refused' }))
      assert.match(shown, /^4 +5 +81 +columns_differ/m)
      assert.ok(!shown.includes('shop.example'))

      const [bob, ...others] = rowsOf(errors)
      assert.deepEqual(bob.error, { code: 'invalid_status', field: 'status', line: 2 })
      const corrected = written(ndjson([{ ...bob, status: 'blocked' }, ...others]))
      const second = jsonOf(await run([corrected], { app: app.id, from: 'ndjson' }))
      assert.deepEqual([second.outcomes.created, second.outcomes.refused], [1, 2])
      assert.equal(jsonOf(await findOne({ channel }, app.id, { externalId: '2' })).status, 'inactive')
    })

    test('a file that lacks users is not loaded, and says so', async () => {
      const app = await application(w)
      const outcome = await run([written(ndjson([mia]))], { app: app.id, from: 'auth0', expect: '2' })
      assert.match(reasonOf(outcome), /^--expect: the files have 1 users in place of 2; nothing was loaded$/)
      assert.match(reasonOf(await findOne({ channel }, app.id, { externalId: 'auth0|60aa' })), /no such user/)
      const dry = await run([written(ndjson([mia]))], { app: app.id, from: 'auth0', expect: '2', dryRun: true })
      assert.equal(hasFailed(dry), true)
      assert.match(plainOf(dry), /The import failed: 1 lines in place of 2\./)
    })

    test('test accounts are tried at once; passwords that do not work are told, and by an exit code', async () => {
      const app = await application(w)
      const hashes = written(ndjson([{ _id: { $oid: '60aa' }, passwordHash: HASH }]))
      const users = written(ndjson([mia, ravi]))
      const flags = { app: app.id, from: 'auth0', hashes }
      assert.match(plainOf(await run([users], flags)), /^Nobody has tried whether the passwords work: /m)
      const known = { external_id: 'auth0|60aa', password: 'legacy-pass-1' }
      const good = await run([users], { ...flags, canaries: written(`${ndjson([known])}\n`) })
      assert.deepEqual([hasFailed(good), jsonOf(good).canaries[0].outcome], [false, 'ok'])
      const none = { external_id: 'auth0|60ab', password: 'secret-of-ravi' }
      const canaries = written(ndjson([known, none]))
      const dry = await run([users], { ...flags, canaries, dryRun: true })
      assert.deepEqual([hasFailed(dry), jsonOf(dry).canaries], [false, []])
      const bad = await run([users], { ...flags, canaries })
      assert.equal(hasFailed(bad), true)
      assert.match(
        plainOf(bad),
        /^Test account 1 +ok\nTest account 2 +no_password\nOf 2 test accounts 1 cannot log in\.$/m,
      )
      const again = await verify(at(app.id), jsonOf(bad).import_id)
      assert.deepEqual([hasFailed(again), plainOf(again)], [true, 'Test account 1: ok\nTest account 2: no_password'])
      assert.ok(!`${plainOf(bad)} ${JSON.stringify(jsonOf(bad))}`.includes(none.password))
      const { import_id } = jsonOf(dry)
      assert.match(reasonOf(await run([users], { ...flags, continue: import_id })), /other files, or other flags/)
    })

    test('users are known by the id that the customer’s own tables use; whoever has none there is refused, for the legacy one may be somebody’s there', async () => {
      const app = await application(w)
      const entry = 'dn: uid=amy,dc=lumen\nuid: amy\nuid: amy2\nentryUUID: 5f0c\nmail: amy@lumen.example\n\n'
      jsonOf(await run([written(entry)], { app: app.id, from: 'ldap', externalIdFrom: 'uid' }))
      jsonOf(await findOne({ channel }, app.id, { externalId: 'amy' }))
      const known = { ...mia, app_metadata: { shop: { id: 7 } } }
      const users = written(ndjson([known, { ...ravi, user_id: '7' }]))
      const { read, codes } = jsonOf(
        await run([users], { app: app.id, from: 'auth0', externalIdFrom: 'app_metadata.shop.id' }),
      )
      assert.deepEqual([read.notes.own_id_missing, codes], [1, { missing_external_id: 1 }])
      const { identifiers } = jsonOf(await findOne({ channel }, app.id, { externalId: '7' }))
      assert.equal(identifiers[0].value, 'mia@lumen.example')
      const path = newPath()
      jsonOf(await exportFile(deps, path, { app: app.id, leftovers: true }))
      const kept = rowsOf(path).find(({ external_id }) => external_id === '7').leftovers
      assert.ok(
        kept.some(({ value }: { value: unknown }) => value === 'auth0|60aa'),
        JSON.stringify(kept),
      )
    })

    test('reading that is broken off is gone on with, from the same files only', async () => {
      const app = await application(w)
      const row = (i: number) => ({ ...mia, user_id: `auth0|${i}`, email: `u${i}@lumen.example`, identities: [] })
      const rows = Array.from({ length: 40 }, (_, i) => row(i))
      const wide = rows.map((one) => ({ ...one, user_metadata: { text: 'x'.repeat(30_000) } }))
      const users = written(ndjson(wide))
      const flags = { app: app.id, from: 'auth0', update: 'profile,groups' }
      const stopped = reasonOf(await run([users], flags, terminal(/^Reading .*[1-9]\d lines/)))
      const id = /`--continue (imp_\w+)`/.exec(stopped)?.[1] ?? assert.fail(stopped)
      assert.match(reasonOf(await resume(at(app.id), id, terminal())), /is open; go on reading with .*--continue/)
      // Half of what another file would make was there before.
      await deps.transact(async (tx) => {
        await tx
          .withTables<{ imports: { id: string; received_bytes: number; last_offset: number; last_digest: string } }>()
          .updateTable('imports')
          .set({ last_digest: 'another', received_bytes: 1_048_576 })
          .where('id', '=', id)
          .execute()
      })
      assert.match(reasonOf(await run([users], { ...flags, continue: id })), /these are other files, or other flags/)
      const same = { ...flags, mapped: newPath() }
      const whole = reasonOf(await run([users], same, terminal(/^Reading .*[1-9]\d lines/)))
      const second = /`--continue (imp_\w+)`/.exec(whole)?.[1] ?? assert.fail(whole)
      const dry = reasonOf(await run([users], { ...flags, dryRun: true, continue: second }))
      assert.match(dry, /these are other files, or other flags/)
      const ended = jsonOf(await run([users], { ...same, continue: second }))
      assert.deepEqual([ended.import_id, ended.lines, ended.outcomes.created], [second, 40, 40])
      assert.equal(rowsOf(same.mapped).length, 40)
    })

    test('loading that is broken off is paused, tells how to go on, and goes on at the line where it was', async () => {
      const app = await application(w)
      const rows = Array.from({ length: 250 }, (_, i) => ({ ...ravi, user_id: `a${i}`, email: `v${i}@lumen.example` }))
      const stopped = reasonOf(await run([written(ndjson(rows))], { app: app.id, from: 'auth0' }, terminal(/^Loading/)))
      const [, id = '', lines] =
        /^import (imp_\w+) is paused after (\d+) lines: .*`antiphon import resume imp_/.exec(stopped) ?? []
      assert.ok(Number(lines) < 250, stopped)
      assert.equal(jsonOf(await importStatus(at(app.id), id)).status, 'paused')
      const ended = await resume(at(app.id), id, terminal())
      assert.deepEqual([jsonOf(ended).outcomes.created, hasFailed(ended)], [250, false])
      assert.equal(jsonOf(await importReport(at(app.id), id)).lines, 250)
      assert.match(reasonOf(await pauseOrCancel(at(app.id), id, 'pause')), /is completed/)
      const undone = jsonOf(await rollback(at(app.id), id, terminal()))
      assert.deepEqual([undone.status, undone.deleted, undone.kept], ['rolled_back', 250, 0])
      const { entries } = (await app.manage(`/audit?actor=cli&target=${id}`)).body
      assert.deepEqual(
        entries.map(({ operation }: { operation: string }) => operation),
        ['rollBackImport', 'resumeImport', 'pauseImport', 'startImport', 'createImport'],
      )
      assert.match(reasonOf(await importStatus(at(app.id), 'imp_nothing')), /there is no import/)
    })

    test('what is exported makes the same users in another application; hashes and what is sealed only when asked for', async () => {
      const [one, other] = [await application(w), await application(w)]
      const hashes = written(ndjson([{ _id: { $oid: '60aa' }, passwordHash: HASH }]))
      const users = written(ndjson([{ ...mia, username: 'mia' }, ravi]))
      jsonOf(await run([users], { app: one.id, from: 'auth0', hashes }))
      const exported = async (id: string, flags = {}) => {
        const path = newPath()
        assert.deepEqual(jsonOf(await exportFile(deps, path, { app: id, ...flags })), { users: 2 })
        assert.equal(statSync(path).mode & 0o777, 0o600)
        return path
      }
      const bare = readFileSync(await exported(one.id), 'utf8')
      assert.ok(!bare.includes(HASH) && !bare.includes('leftovers'), bare)
      const sealed = readFileSync(await exported(one.id, { leftovers: true }), 'utf8')
      assert.ok(!sealed.includes(HASH) && sealed.includes('leftovers'), sealed)
      const whole = await exported(one.id, { hashes: true, leftovers: true })
      w.advance(60_000)
      const outcome = await run([whole], { app: other.id, from: 'ndjson' })
      assert.equal(hasFailed(outcome), false, plainOf(outcome))
      const same = (path: string) =>
        rowsOf(path)
          .map(({ updated_at: _, ...rest }) => rest)
          .sort((a, b) => a.external_id.localeCompare(b.external_id))
      const again = await exported(other.id, { hashes: true, leftovers: true })
      assert.deepEqual(same(again), same(whole))
      assert.equal(same(whole)[0].password_hash, HASH)
      assert.match(reasonOf(await exportFile(deps, whole, { app: one.id })), /is there already/)
    })

    test('a flag that means nothing, a file that is not there and an unknown application are refused by name', async () => {
      const app = await application(w)
      const users = written(ndjson([ravi]))
      const good = { app: app.id, from: 'auth0' }
      const wrong: readonly [readonly string[], ImportFlags, RegExp][] = [
        [[users], {}, /--app <id> --from <source>/],
        [[], good, /which files/],
        [[users], { ...good, from: 'nobody' }, /^--from: is none of ndjson, /],
        [[users], { ...good, from: 'csv' }, /needs --map/],
        [['/nowhere'], good, /^\/nowhere: there is no such file$/],
        [[folder], good, /is a folder/],
        [[users], { ...good, join: ['roles=x'] }, /^--from auth0 joins hashes, no roles$/],
        [[users], { ...good, join: ['hashes'] }, /^--join: is not role=file$/],
        [[users], { ...good, hashes: '/nowhere' }, /^\/nowhere: there is no such file$/],
        [[users], { ...good, map: users }, /^--map .*: external_id: /],
        [[users], { ...good, update: 'name' }, /^--update: is none of identifiers, /],
        [[users], { ...good, since: 'yesterday' }, /^--since: /],
        [[users], { ...good, expect: 'many' }, /^--expect: is no number$/],
        [[users], { ...good, canaries: users }, /^--canaries .*: is no list of 1 to 20 /],
        [[users], { ...good, encoding: 'latin1' }, /^--encoding: is none of /],
        [[users], { ...good, defaultCountry: 'France' }, /^--default-country: /],
        [[users], { ...good, scopesByGroup: users }, /^--scopes-by-group .*: is no JSON object/],
        [[users], { ...good, from: 'firebase', firebaseHash: users }, /lacks base64_signer_key or signer_key_name/],
        [[users], { ...good, pepper: 'old' }, /^--pepper means something with --from clerk and devise alone$/],
        [[users], { ...good, mapped: users }, /^--mapped .*: is there already/],
        [[users], { ...good, continue: 'imp_nothing' }, /^--continue: .* has no import imp_nothing$/],
        [[users], { ...good, app: 'nowhere' }, /no application nowhere/],
      ]
      const errors = newPath()
      for (const [paths, flags, reason] of wrong) {
        assert.match(reasonOf(await run(paths, { errors, ...flags })), reason)
        assert.equal(existsSync(errors), false)
      }
      assert.equal(await findImport(deps.db, app.id, 'imp_nothing'), undefined)
    })
  })
}
