import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../test/builders.ts'
import { remoteOf } from '../../test/cli/remote.ts'
import { configOf, configure, issuerKey, publish } from '../../test/house/legacy.ts'
import { stages } from '../../test/house/stages.ts'
import { auth0 } from '../../test/vectors/legacy/tokens.ts'
import { openLocal } from './api/local.ts'
import { fill, operationOf } from './api/operations.ts'
import { tellTry } from './commands/told-migration.ts'

const key = await issuerKey('RS256')

for (const { engine, w } of await stages()) {
  test(`${engine}: a token is rehearsed in the terminal, step by step, by a server and on its database`, async () => {
    const app = await application(w)
    const { antiphon, refusal } = await remoteOf(w)
    await configure(app, configOf(auth0))
    publish(w, auth0.jwks, key)
    const rehearse = (token: string, ...more: string[]) =>
      antiphon(['migration', 'try', token, '--app', app.id, ...more], { isTerminal: true })
    const token = await key.sign(auth0.claims)
    const good = await rehearse(token)
    assert.deepEqual([good.err, good.code], ['', 0])
    assert.match(good.out, /^It would come over\.\n/)
    assert.match(good.out, /^signature +yes +by the keys that the issuer publishes$/m)
    assert.match(good.out, /^External id +\S+$/m)
    assert.match(good.out, /^Here +create$/m)
    assert.equal(JSON.parse((await rehearse(token, '--json')).out).match.kind, 'create')
    const bad = await rehearse(await key.sign({ ...auth0.claims, aud: 'other' }))
    assert.equal(bad.code, 1)
    assert.match(bad.out, /^It would be refused \(invalid_token\)\.$/m)
    assert.match(bad.out, /^recipient +NO +it was given to aud "other"/m)
    assert.match(await refusal('migration', 'try', 'x', '--app', 'nobody'), /\(404 not_found\)$/)

    const own = await openLocal(w.deps)
    const operation = operationOf('tryMigration')
    const path = fill(operation, { appID: app.id })
    const answer = await own.channel({ method: operation.method, path, body: JSON.stringify({ token }) })
    await own.close()
    const here = answer.kind === 'answered' ? tellTry(answer.body) : assert.fail(answer.reason)
    assert.equal(here.kind === 'done' && here.plain, good.out)
  })

  test(`${engine}: a server says how far a migration is, and signs it`, async () => {
    const app = await application(w)
    const { json, plain, refusal } = await remoteOf(w)
    const of = ['--app', app.id]
    const status = await plain('migration', 'status', ...of)
    assert.match(status, /^Nobody can say yet whether the old system can be switched off: /)
    assert.match(status, /^sums_add_up +\? /m)
    assert.match(status, /^here +0$/m)
    const { application: id, verdict } = await json('migration', 'status', ...of)
    assert.deepEqual([id, verdict], [app.id, 'unclear'])
    assert.match(await plain('migration', 'report', ...of), /^[\w-]+\.[\w-]+\.[\w-]+$/)
    const { report, signed } = await json('migration', 'report', ...of)
    const payload = JSON.parse(Buffer.from(signed.split('.')[1], 'base64url').toString('utf8'))
    assert.deepEqual(payload.report, report)
    for (const does of ['status', 'report'])
      assert.match(await refusal('migration', does, '--app', 'nobody'), /\(404 not_found\)$/)
  })
}
