import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CompactJWSHeaderParameters, compactVerify, createLocalJWKSet, type JWK } from 'jose'
import { application, login, type TestApp } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { answered, configure, hookKnows, migrate, moveOver, personOf } from '../../../test/house/legacy.ts'
import { imported } from '../../../test/house/proof.ts'
import { stages } from '../../../test/house/stages.ts'

const REPORT = '/migration/report'

async function reportOf(app: TestApp) {
  const answer = await app.manage(REPORT)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body
}

for (const { engine, w } of await stages()) {
  const comes = async (app: TestApp, externalId: string) => {
    hookKnows(w, personOf(externalId, `${externalId}@example.com`))
    return await moveOver(w, app)
  }

  test(`${engine}: a migration from the import to the last user, as its report tells it`, async () => {
    const app = await application(w)
    const other = await application(w)
    await configure(app)
    assert.equal((await reportOf(app)).report.verdict, 'unclear')
    const ids = await imported(w, app, { amy: 1, bob: 29, cho: 31, dee: null })
    assert.equal((await reportOf(app)).report.verdict, 'unclear', 'nobody has come')

    await comes(app, 'amy')
    await login(w, app, ids.cho as string)
    const { report, days } = await reportOf(app)
    assert.deepEqual([days.here_by_way.legacy.at(0), days.here_by_way.legacy.at(-1)], [0, 1])
    assert.deepEqual([days.not_yet_here.at(-1), days.starts.length], [2, 14])
    assert.equal(
      report.sentence,
      'Yes, the old system can be switched off: 2 of 4 are here, and 1 person who used it in the month before the import would have to log in once.',
    )
    assert.deepEqual(report.users, {
      total: 4,
      here: 2,
      by_way: { legacy: 1, test: 1 },
      not_yet_here: 2,
      idle_30_days: 0,
      blocked: 0,
      signed_up_here: 0,
    })
    assert.deepEqual(report.left_behind, { count: 1, activity_unknown: 1 })
    assert.equal(report.imports[0].file_sha256, 'ab'.repeat(32))
    const left = await app.manage('/migration/left_behind')
    assert.deepEqual(
      left.body.users.map(({ external_id }: { external_id: string }) => external_id),
      ['bob'],
    )

    const { userId } = await comes(app, 'zoe')
    const after = (await reportOf(app)).report
    assert.deepEqual([after.verdict, after.unknown_here], ['no', 1])
    const [unknown] = (await app.manage('/migration/unknown_here')).body.users
    assert.deepEqual([unknown.id, unknown.external_id], [userId, 'zoe'])
    assert.deepEqual((await reportOf(other)).report.users, {
      here: 0,
      by_way: {},
      idle_30_days: 0,
      blocked: 0,
      signed_up_here: 0,
    })
  })

  test(`${engine}: who was refused shows by reason, with what their tokens looked like and none of them`, async () => {
    const app = await application(w)
    await configure(app)
    w.fakeNetwork(async () => answered('', 401))
    await migrate(app, 'a-secret-legacy-session')
    const { report } = await reportOf(app)
    assert.deepEqual(report.sessions.refused, { invalid_status_code: 1 })
    const { body } = await app.manage('/migration/refusals')
    assert.deepEqual(body.refusals, [
      { reason: 'invalid_status_code', at: report.made_at, token: { kind: 'opaque', characters: 23 } },
    ])
    w.advance(31 * 86_400_000)
    assert.deepEqual((await reportOf(app)).report.sessions.last_30_days.refused, {})
  })

  test(`${engine}: whoever holds the public keys can check a report, and nobody takes it for a token`, async () => {
    const app = await application(w)
    const { report, signed } = await reportOf(app)
    const { keys } = (await app.call('/.well-known/jwks.json')).body as { keys: JWK[] }
    const { payload, protectedHeader } = await compactVerify(signed, createLocalJWKSet({ keys }))
    assert.deepEqual(JSON.parse(Buffer.from(payload).toString('utf8')), { report })
    assert.equal((protectedHeader as CompactJWSHeaderParameters).typ, 'migration-report+jws')
    const tampered = signed.replace(/\.[^.]+\./, `.${Buffer.from('{"report":{}}').toString('base64url')}.`)
    await assert.rejects(compactVerify(tampered, createLocalJWKSet({ keys })))
    const headers = { authorization: `Bearer ${signed}` }
    assertRefused(await app.call('/v1/session/me/list', { headers }), 'unauthorized', 'unauthorized')
  })
}
