import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type TestApp } from '../../../test/builders.ts'
import { imported, linesOf, loadFile, outcomesOf, putLines, reportOf } from '../../../test/house/imports.ts'
import { stages } from '../../../test/house/stages.ts'

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
const line = (externalId: string, members: string) => `{"external_id":"${externalId}",${members}}`
const WAY_IN = (name: string) =>
  `"identifiers":[{"type":"email_address","value":"${name}@example.com","verified":true}]`

const REFUSED: readonly (readonly [what: string, line: string, code: string])[] = [
  ['a line of a million characters', line('long', `"profile":{"a":"${'x'.repeat(1_000_000)}"}`), 'too_long'],
  ['a line nested without end', line('deep', `"profile":${nested(60_000)}`), 'too_deep'],
  ['a NUL in an external id', line('nul\\u0000', WAY_IN('nul')), 'invalid_external_id'],
  ['a bare NUL', line('bare\0', WAY_IN('bare')), 'invalid_json'],
  ['half of a character in an external id', line('half\\ud800', WAY_IN('half')), 'invalid_external_id'],
  ['an external id without end', line('x'.repeat(129), WAY_IN('endless')), 'invalid_external_id'],
  [
    'a number that stands for its neighbours',
    `{"external_id":9007199254740993,${WAY_IN('big')}}`,
    'invalid_external_id',
  ],
  ['no record', '[]', 'invalid_json'],
  [
    'no way in but what cannot be read',
    line('blind', '"identifiers":[{"type":"email_address","value":"a\\u0000@b"}]'),
    'no_identifier',
  ],
]

/** Each is loaded, without what cannot be used. */
const LOADED: readonly (readonly [name: string, members: string])[] = [
  ['proto', '"profile":{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}'],
  ['proto-itself', '"__proto__":{"status":"blocked","external_id":"other"}'],
  ['nul-in-profile', '"profile":{"a\\u0000":"\\u0000\\ud800"}'],
  ['year-0', '"created_at":"0000-01-01T00:00:00+14:00","updated_at":"0000-01-01T00:00:00+14:00"'],
  ['year-9999', '"created_at":"9999-12-31T23:59:59-14:00","updated_at":"9999-12-31T23:59:59-14:00"'],
  ['year-275760', '"created_at":"+275760-09-13T00:00:00Z","last_seen_at":"+275760-09-13T00:00:00.000Z"'],
  ['dear-bcrypt', `"password_hash":"$2b$31$${'a'.repeat(53)}"`],
  [
    'dear-argon2',
    '"password_hash":"$argon2id$v=19$m=4194304,t=4,p=1$c29tZXNhbHRzb21lc2FsdA$RdescudvJCsgt3ub+b4dWRWJTmaaJObG"',
  ],
  ['dear-pbkdf2', '"password_hash":"$pbkdf2-sha256$i=999999999$c2FsdA$RdescudvJCsgt3ub+b4dWRWJTmaaJObGRdescudvJCs="'],
  ['long-hash', `"password_hash":"$2b$10$${'a'.repeat(100_000)}"`],
  [
    'wide',
    `"groups":[${Array.from({ length: 5_000 }, (_, i) => `"g${i}"`).join()}],"scopes":[${'"s",'.repeat(5_000)}"s"]`,
  ],
  ['twice', '"federated_identities":[{"provider":"google","subject":"1"},{"provider":"google","subject":"1"}]'],
  ['leftovers', `"leftovers":[{"kind":"__proto__","value":1},{"kind":"totp","value":"\\u0000"}]`],
]
const MANY = Array.from({ length: 10_000 }, (_, i) => ({ type: 'phone_number', value: `+${i}` }))

const readable = async (app: TestApp, id: string) => {
  const { status, body } = await app.manage(`/imports/${id}/ids`)
  assert.equal(status, 200)
  for (const { id: userId, external_id } of body.ids) {
    const user = await app.manage(`/users/${userId}`)
    assert.equal(user.status, 200, `${external_id}: ${JSON.stringify(user.body)}`)
  }
}

for (const { engine, w } of await stages()) {
  test(`${engine}: whatever stands in a file, each line becomes something and holds up no other`, async () => {
    const app = await application(w)
    const many = JSON.stringify(imported('many', { identifiers: MANY as never }))
    const lines = [
      ...REFUSED.map(([, text]) => text),
      ...LOADED.map(([name, members]) => line(name, `${WAY_IN(name)},${members}`)),
      many,
      imported('last'),
    ]
    const { id, outcomes } = await loadFile(w, app, lines)
    const refused = await linesOf(app, id, 'refused')
    assert.deepEqual(
      refused.map(({ line: number, code }) => [number, code]),
      [
        ...REFUSED.map(([, , code], i) => [i + 1, code]),
        [lines.length - 1, many.length > 131_072 ? 'too_long' : 'no_identifier'],
      ],
    )
    assert.deepEqual(outcomes, { created: LOADED.length + 1, refused: REFUSED.length + 1 })
    await readable(app, id)
    assert.equal(({} as { admin?: boolean }).admin, undefined)
    const report = await app.manage(`/imports/${id}/report`)
    assert.equal(report.status, 200, JSON.stringify(report.body))
    assert.deepEqual(report.body.report.hash_forms, {})
    assert.deepEqual(report.body.report.leftovers, { other: 1, totp: 1 })
    const left = await linesOf(app, id, 'left_out')
    assert.deepEqual(
      left.map(({ external_id, field }) => [external_id, field]),
      [
        ['proto', 'profile.__proto__'],
        ['year-0', 'created_at updated_at'],
        ['year-9999', 'created_at updated_at'],
        ['year-275760', 'created_at last_seen_at'],
        ['dear-bcrypt', 'password_hash'],
        ['dear-argon2', 'password_hash'],
        ['dear-pbkdf2', 'password_hash'],
        ['long-hash', 'password_hash'],
        ['wide', 'scopes[100…] groups[100…] scopes[99]'],
      ],
    )
  })

  test(`${engine}: a record from the future makes no later one the older`, async () => {
    const app = await application(w)
    const said = (updated_at: string, plan: string) => imported('ada', { updated_at, profile: { plan } })
    await loadFile(w, app, [said('9999-01-01T00:00:00Z', 'free')])
    w.advance(3_600_000)
    const later = new Date(w.deps.now()).toISOString()
    assert.deepEqual((await loadFile(w, app, [said(later, 'pro')])).outcomes, { updated: 1 })
  })

  test(`${engine}: what is no NDJSON is given up, and what was before it stays`, async () => {
    const app = await application(w)
    const { id } = (await app.manage('/imports', { body: { source: 'test' } })).body.import
    const first = Buffer.from(`${JSON.stringify(imported('ada'))}\n`)
    assert.equal((await putLines(app, id, 0, first)).status, 200)
    const chunk = Buffer.alloc(6 * 1024 * 1024, 'x')
    for (let i = 0; i < 3; i++) {
      const put = await putLines(app, id, first.length + i * chunk.length, chunk)
      assert.equal(put.status, 200, JSON.stringify(put.body))
    }
    await app.manage(`/imports/${id}/start`, { method: 'POST' })
    await w.drain()
    const { status, problem } = await reportOf(app, id)
    assert.deepEqual([status, problem], ['failed', 'a line of more than 16 MiB: this is no NDJSON'])
    assert.deepEqual(await outcomesOf(app, id), { created: 1 })
  })

  test(`${engine}: lines as they were sent come twenty at a time`, async () => {
    const app = await application(w)
    const { id } = await loadFile(
      w,
      app,
      Array.from({ length: 25 }, () => 'x'.repeat(1_000)),
    )
    const page = await app.manage(`/imports/${id}/lines?text=true&limit=500`)
    assert.deepEqual([page.body.lines.length, page.body.next], [20, 20])
    assert.equal(page.body.lines[0].text.length, 1_000)
    const rest = await app.manage(`/imports/${id}/lines?limit=500&cursor=20`)
    assert.deepEqual([rest.body.lines.length, rest.body.next, rest.body.lines[0].text], [5, undefined, undefined])
  })
}
