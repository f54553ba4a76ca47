import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, login, type TestApp, user } from '../../../test/builders.ts'
import { imported, linesOf, loadFile, ndjson, putLines, reportOf, startFile } from '../../../test/house/imports.ts'
import { rowsOf, shown } from '../../../test/house/legacy.ts'
import { assertDenied, assertInvalid } from '../../../test/house/management.ts'
import { logIn, passwordApp } from '../../../test/house/passwords.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import type { World } from '../../../test/world.ts'
import { exportUsers } from '../../core/imports/export.ts'
import { receiveBytes } from '../../core/imports/store.ts'
import { sweepImports } from '../../core/imports/sweep.ts'
import { findUserByExternalId } from '../../core/users/store/ids.ts'

import { scheduleJobs } from '../../platform/jobs/jobs.ts'

const HASH = '{SSHA}+MAnfxrFZ5olNJAgZKdSCInIgaoX8VqP0x645A=='
const PASSWORD = 'legacy-pass-1'
const ADA = imported('auth0|ada', {
  identifiers: [
    { type: 'email_address', value: 'Ada@Example.com', verified: true, verified_at: '2020-01-01T00:00:00Z' },
    { type: 'phone_number', value: '+44 7911 123456', verified: false },
  ],
  profile: { first_name: 'Ada' },
  scopes: ['read', 'unheard'],
  groups: ['staff'],
  federated_identities: [{ provider: 'google', subject: '1042' }],
  password_hash: HASH,
  created_at: '2019-03-01T00:00:00Z',
  leftovers: [{ kind: 'totp', value: { secret: 'JBSWY3DPEHPK3PXP' } }],
})

const found = async (w: World, app: TestApp, externalId: string) => {
  const one = await findUserByExternalId(w.deps.db, app.id, externalId)
  assert.ok(one, externalId)
  return one
}
const exported = async (w: World, app: TestApp) => {
  const users = await exportUsers(w.deps, app.id, { limit: 100, hashes: true })
  return users.map(({ record }) => record).sort((a, b) => (a.external_id < b.external_id ? -1 : 1))
}

for (const { engine, w } of await stages()) {
  test(`${engine}: a file is loaded whole: every line becomes something, and what comes out again is what went in`, async () => {
    const app = await application(w)
    await app.manage('/config/scopes', { body: { scope: 'read' } })
    const bob = imported('auth0|bob', { status: 'blocked' })
    const { id, outcomes } = await loadFile(w, app, [
      ADA,
      bob,
      '{"external_id":',
      '',
      imported('auth0|eve', { identifiers: [{ type: 'email_address', value: 'ada@example.com', verified: true }] }),
      imported('auth0|nobody', { identifiers: [] }),
      imported('auth0|odd', { status: 'gone' as 'active' }),
    ])
    assert.deepEqual(outcomes, { created: 2, conflict: 1, refused: 3, skipped: 1 })
    const report = await reportOf(app, id)
    assert.equal(report.status, 'completed')
    assert.equal(report.lines, 7)
    assert.deepEqual(report.hash_forms, { sha1: 1 })
    assert.deepEqual(report.left_out, { scopes: 1 })
    assert.deepEqual(report.leftovers, { totp: 1 })
    const refused = await linesOf(app, id, 'refused')
    assert.deepEqual(
      refused.map(({ line, external_id, field, code }) => [line, external_id, field, code]),
      [
        [3, undefined, undefined, 'invalid_json'],
        [6, 'auth0|nobody', 'identifiers', 'no_identifier'],
        [7, 'auth0|odd', 'status', 'invalid_status'],
      ],
    )
    assert.equal(refused[0]?.offset, ndjson([ADA, bob]).byteLength)
    const [conflict] = await linesOf(app, id, 'conflict')
    assert.deepEqual([conflict?.line, conflict?.field, conflict?.code], [5, 'identifiers', 'taken'])

    const [ada, blocked] = await exported(w, app)
    const { updated_at: _, ...rest } = ada ?? imported('')
    assert.deepEqual(rest, {
      ...ADA,
      identifiers: [
        { type: 'email_address', value: 'ada@example.com', verified: true, verified_at: '2020-01-01T00:00:00Z' },
        { type: 'phone_number', value: '+447911123456', verified: false },
      ],
      scopes: ['read'],
    })
    assert.equal(blocked?.status, 'blocked')

    assert.deepEqual(await eventsOf(w, app, 'user.created'), [])
    const [completed, ...others] = await eventsOf(w, app, 'import.completed')
    assert.deepEqual([completed?.import_id, completed?.lines, others.length], [id, 7, 0])
    const ids = (await app.manage(`/imports/${id}/ids`)).body.ids
    const given = ids.find(({ external_id }: { external_id: string }) => external_id === 'auth0|ada')
    assert.deepEqual(given, { external_id: 'auth0|ada', id: (await found(w, app, 'auth0|ada')).id })
    assert.equal(JSON.stringify(report).includes('example.com'), false)
  })

  test(`${engine}: the same file again writes nothing to anybody; one without what an old line said leaves that alone`, async () => {
    const app = await application(w)
    const file = [ADA, imported('auth0|bob', { status: 'blocked' })]
    await loadFile(w, app, file)
    const before = await peopleOf(w, app)
    w.advance(60_000)
    const { outcomes } = await loadFile(w, app, file)
    assert.deepEqual(outcomes, { unchanged: 2 })
    const { outcomes: partly } = await loadFile(w, app, [{ external_id: 'auth0|ada' }])
    assert.deepEqual(partly, { unchanged: 1 })
    assert.deepEqual(await peopleOf(w, app), before)
  })

  test(`${engine}: a later file brings users up to date, but not what was changed here, and not those who are here`, async () => {
    const app = await passwordApp(w)
    const at = (updated_at: string, profile: object) => ({ profile: { ...profile }, updated_at, password_hash: HASH })
    const people = (stamp: string, n: number) => ['ada', 'bob', 'cyd'].map((name) => imported(name, at(stamp, { n })))
    await loadFile(w, app, people('2025-01-01T00:00:00Z', 1))
    const [bob, cyd] = [await found(w, app, 'bob'), await found(w, app, 'cyd')]
    await app.manage(`/users/${bob.id}/profile`, { method: 'PATCH', body: { n: 'here' } })
    assert.equal((await logIn(app, 'cyd@example.com', PASSWORD)).status, 200)
    await login(w, app, cyd.id)

    const { id, outcomes } = await loadFile(w, app, people('2025-02-01T00:00:00Z', 2))
    assert.deepEqual(outcomes, { updated: 1, skipped: 2 })
    assert.deepEqual(
      (await linesOf(app, id, 'skipped')).map(({ external_id, code }) => [external_id, code]),
      [
        ['bob', 'changed_here'],
        ['cyd', 'changed_here'],
      ],
    )
    const profileOf = async (externalId: string) => (await found(w, app, externalId)).profile
    assert.deepEqual(
      [await profileOf('ada'), await profileOf('bob'), await profileOf('cyd')],
      [{ n: 2 }, { n: 'here' }, { n: 1 }],
    )

    const older = await loadFile(w, app, [imported('ada', at('2025-01-15T00:00:00Z', { n: 3 }))])
    assert.deepEqual(older.outcomes, { skipped: 1 })
    const since = await loadFile(w, app, people('2025-02-02T00:00:00Z', 4), { since: '2025-03-01T00:00:00Z' })
    assert.deepEqual(since.outcomes, { skipped: 3 })
    const narrow = await loadFile(w, app, people('2025-02-02T00:00:00Z', 5).slice(0, 1), { update: ['groups'] })
    assert.deepEqual(narrow.outcomes, { unchanged: 1 })

    // Whoever is to be kept out is, and groups come along, wherever the user is by now.
    const block = await loadFile(w, app, [
      { external_id: 'cyd', status: 'blocked', groups: ['staff'], profile: { n: 9 } },
    ])
    assert.deepEqual(block.outcomes, { updated: 1 })
    const after = (await exported(w, app)).find(({ external_id }) => external_id === 'cyd')
    assert.deepEqual([after?.status, after?.groups, after?.profile], ['blocked', ['staff'], { n: 1 }])
    const mercy = await loadFile(w, app, [{ external_id: 'cyd', status: 'active' }])
    assert.deepEqual(mercy.outcomes, { skipped: 1 })
  })

  test(`${engine}: a user without an external id is linked by what both sides have proven; what either has not proven links and takes nothing`, async () => {
    const app = await application(w)
    const linked = await user(w, app, { email: 'ada@example.com', profile: { first_name: 'Augusta' } })
    const other = await user(w, app, { email: 'eve@example.com', phone: '+447911999999' })
    const blocked = await user(w, app, { email: 'mal@example.com' })
    await app.manage(`/users/${blocked}/status`, { method: 'PUT', body: { status: 'inactive' } })
    const unproven = { type: 'email_address' as const, value: 'eve@example.com', verified: false }
    const { id, outcomes } = await loadFile(w, app, [
      imported('ada', { profile: { first_name: 'Ada', city: 'London' }, password_hash: HASH }),
      imported('fay', { identifiers: [unproven] }),
      imported('eve'),
      imported('mal'),
    ])
    assert.deepEqual(outcomes, { updated: 1, created: 1, conflict: 2 })
    assert.deepEqual(
      (await linesOf(app, id, 'conflict')).map(({ external_id, code }) => [external_id, code]),
      [
        ['eve', 'taken'],
        ['mal', 'blocked_here'],
      ],
    )
    const ada = await shown(app, linked)
    assert.deepEqual([ada.external_id, ada.profile], ['ada', { city: 'London', first_name: 'Augusta' }])
    assert.equal((await shown(app, other)).external_id, undefined)
    const fay = await found(w, app, 'fay')
    assert.notEqual(fay.id, other)
  })

  test(`${engine}: a dry run says what would become of every line, of two that want the same too, and keeps nothing`, async () => {
    const app = await application(w)
    await user(w, app, { email: 'bob@example.com', phone: '+447911999999' })
    const many = Array.from({ length: 120 }, (_, i) => imported(`u${i}`))
    const file = [
      ...many,
      imported('late', { identifiers: many[0]?.identifiers ?? [] }),
      many[3] ?? {},
      imported('bob'),
    ]
    const before = await peopleOf(w, app)
    const dry = await loadFile(w, app, file, { dry_run: true })
    assert.deepEqual(dry.outcomes, { created: 120, conflict: 2, unchanged: 1 })
    assert.deepEqual(await peopleOf(w, app), before)
    const real = await loadFile(w, app, file)
    assert.deepEqual(real.outcomes, dry.outcomes)
    const codes = async (id: string) => (await linesOf(app, id, 'conflict')).map(({ line, code }) => [line, code])
    assert.deepEqual(await codes(dry.id), [
      [121, 'taken_in_file'],
      [123, 'taken'],
    ])
    assert.deepEqual(await codes(real.id), [
      [121, 'taken'],
      [123, 'taken'],
    ])
  })

  test(`${engine}: a rollback deletes whom the import made and nobody has used since, and says whom it leaves and why`, async () => {
    const app = await application(w)
    const native = await user(w, app, { email: 'lin@example.com' })
    const names = ['ada', 'bob', 'cyd', 'dee', 'lin']
    const { id } = await loadFile(
      w,
      app,
      names.map((name) => imported(name, { groups: ['g'], password_hash: HASH })),
    )
    await login(w, app, (await found(w, app, 'bob')).id)
    const cyd = await found(w, app, 'cyd')
    await app.manage(`/users/${cyd.id}/profile`, { method: 'PATCH', body: { n: 1 } })
    const dee = await found(w, app, 'dee')
    await app.manage(`/users/${dee.id}/external_id`, { method: 'PUT', body: { external_id: 'customer-7' } })
    assert.equal((await app.manage(`/imports/${id}/rollback`, { method: 'POST' })).status, 200)
    await w.drain()
    const report = await reportOf(app, id)
    assert.deepEqual([report.status, report.deleted, report.kept], ['rolled_back', 1, 4])
    const kept = await linesOf(app, id, 'kept')
    assert.deepEqual(
      new Map(kept.map(({ external_id, code }) => [external_id, code])),
      new Map([
        ['bob', 'logged_in'],
        ['cyd', 'changed_here'],
        ['customer-7', 'changed_here'],
        ['lin', 'linked'],
      ]),
    )
    assert.equal(await findUserByExternalId(w.deps.db, app.id, 'ada'), undefined)
    assert.equal((await shown(app, native)).external_id, 'lin')
    assert.deepEqual(await eventsOf(w, app, 'user.deleted'), [])
    assertDenied(await app.manage(`/imports/${id}/rollback`, { method: 'POST' }), 'import_state', 'conflict')
    assert.deepEqual((await loadFile(w, app, [imported('ada')])).outcomes, { created: 1 })
  })

  test(`${engine}: test accounts show whether hashes came over: at the end, when asked, and every night`, async () => {
    const app = await application(w)
    const canaries = [
      { external_id: 'ada', password: PASSWORD },
      { external_id: 'bob', password: 'another' },
      { external_id: 'cyd', password: PASSWORD },
      { external_id: 'nobody', password: PASSWORD },
    ]
    const file = [imported('ada', { password_hash: HASH }), imported('bob', { password_hash: HASH }), imported('cyd')]
    const { id } = await loadFile(w, app, file, { canaries })
    const outcomesIn = (results: { outcome: string }[]) => results.map(({ outcome }) => outcome)
    const expected = ['ok', 'wrong_password', 'no_password', 'unknown_user']
    assert.deepEqual(outcomesIn((await reportOf(app, id)).canaries), expected)
    await app.manage(`/users/${(await found(w, app, 'ada')).id}/password`, {
      method: 'PUT',
      body: { password: 'something else by now' },
    })
    const asked = await app.manage(`/imports/${id}/verify`, { method: 'POST' })
    assert.deepEqual(outcomesIn(asked.body.canaries), ['wrong_password', ...expected.slice(1)])
    await w.drain()
    const whole = JSON.stringify([await rowsOf(w, app), (await app.manage(`/imports/${id}`)).body])
    assert.equal(whole.includes(PASSWORD), false)
  })

  test(`${engine}: an import is paused, resumed, cancelled; with another number of lines than expected it fails`, async () => {
    const app = await application(w)
    const post = (id: string, step: string) => app.manage(`/imports/${id}/${step}`, { method: 'POST' })
    const id = await startFile(app, [imported('ada')])
    assert.equal((await post(id, 'pause')).body.import.status, 'paused')
    await w.drain()
    assert.equal((await reportOf(app, id)).lines, 0)
    assertDenied(await post(id, 'pause'), 'import_state', 'conflict')
    assertDenied(await post(id, 'start'), 'import_state', 'conflict')
    assertDenied(await putLines(app, id, 0, Buffer.from('x')), 'import_state', 'conflict')
    assert.equal((await post(id, 'resume')).body.import.status, 'loading')
    assertDenied(await post(id, 'resume'), 'import_state', 'conflict')
    await w.drain()
    assert.equal((await reportOf(app, id)).status, 'completed')
    assertDenied(await post(id, 'cancel'), 'import_state', 'conflict')

    const short = await loadFile(w, app, [imported('bob')], { expect: 2 })
    const report = await reportOf(app, short.id)
    assert.deepEqual([report.status, report.problem, report.expected_lines], ['failed', '1 lines in place of 2', 2])

    const cancelled = await startFile(app, [imported('cyd')])
    assert.equal((await post(cancelled, 'cancel')).body.import.status, 'cancelled')
    await w.drain()
    assert.equal(await findUserByExternalId(w.deps.db, app.id, 'cyd'), undefined)
    const listed = (await app.manage('/imports?limit=2')).body
    assert.deepEqual([listed.imports.length, listed.imports[0].id, typeof listed.next], [2, cancelled, 'string'])
  })

  test(`${engine}: what an application may have open is bounded, and so is a file`, async () => {
    const app = await application(w)
    const open = (body: object = { source: 'test' }) => app.manage('/imports', { body })
    const ids: string[] = []
    for (let i = 0; i < 20; i++) ids.push((await open()).body.import.id)
    assertDenied(await open(), 'too_many_imports', 'conflict')
    const [id = ''] = ids
    await receiveAll(w, app, id)
    assertDenied(await putLines(app, id, 16 * 1024 ** 3, Buffer.from('x')), 'import_too_large', 'bad_request')
    for (const body of [{}, { source: 'x', update: ['email'] }, { source: 'x', expect: -1 }])
      assertInvalid(await open(body))
    assertInvalid(await app.manage(`/imports/${id}/start`, { body: { file_sha256: 'x' } }), 'body.file_sha256')
    const json = { method: 'PUT', body: {} }
    assertInvalid(await app.manage(`/imports/${id}/lines`, json), 'application/x-ndjson')
    assertInvalid(await putLines(app, id, 0, Buffer.alloc(8 * 1024 * 1024 + 1)))
    assertInvalid(await putLines(app, id, 0, Buffer.alloc(0)), 'body')
  })

  test(`${engine}: lines, and what test accounts know, are forgotten after 30 days; what was never started ends`, async () => {
    const app = await application(w)
    const options = { canaries: [{ external_id: 'ada', password: PASSWORD }] }
    const { id } = await loadFile(w, app, ['{', imported('ada')], options)
    const open = (await app.manage('/imports', { body: { source: 'test' } })).body.import.id
    await putLines(app, open, 0, Buffer.from('{}'))
    const texts = (await app.manage(`/imports/${id}/lines?text=true`)).body.lines
    assert.equal(texts[0].text, '{')
    w.advance(31 * 86_400_000)
    await app.manage('/imports', { body: { source: 'later' } })
    await sweep(w)
    const rows = await rowsOf(w, app)
    assert.deepEqual([rows.import_lines, rows.import_pieces], [[], []])
    const byId = new Map((rows.imports as { id: string }[]).map((row) => [row.id, row]))
    assert.partialDeepStrictEqual(byId.get(id), { status: 'completed', sealed_canaries: null })
    assert.partialDeepStrictEqual(byId.get(open), { status: 'cancelled' })
  })
}

/** Everything that is said of users, and nothing of imports. */
async function peopleOf(w: World, app: TestApp) {
  const rows = await rowsOf(w, app)
  const { imports: _, import_lines: __, import_claims: ___, events: ____, jobs: _____, ...people } = rows
  return people
}

/** As if so much had been received that no more can be. */
async function receiveAll(w: World, app: TestApp, id: string) {
  const change = { received_bytes: 16 * 1024 ** 3, last_offset: 0, last_digest: '', updated_at: w.deps.now() }
  assert.ok(await w.deps.transact((tx) => receiveBytes(tx, app.id, id, 0, change)))
}

async function sweep(w: World) {
  await scheduleJobs(w.deps, [sweepImports])
  await w.drain()
}
