import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../test/builders.ts'
import { configOf, configure, issuerKey, publish } from '../../test/house/legacy.ts'
import { stages } from '../../test/house/stages.ts'
import { auth0 } from '../../test/vectors/legacy/tokens.ts'
import { tryMigration } from './migration.ts'

const key = await issuerKey('RS256')

for (const { engine, w } of await stages()) {
  test(`${engine}: a token is rehearsed in the terminal, step by step`, async () => {
    const app = await application(w)
    await configure(app, configOf(auth0))
    publish(w, auth0.jwks, key)
    const good = await tryMigration(w.deps, app.id, await key.sign(auth0.claims))
    assert.ok(good.kind === 'done' && !good.failed)
    assert.match(good.plain, /^It would come over\.\n/)
    assert.match(good.plain, /^signature +yes +by the keys that the issuer publishes$/m)
    assert.match(good.plain, /^Here +create$/m)
    const bad = await tryMigration(w.deps, app.id, await key.sign({ ...auth0.claims, aud: 'other' }))
    assert.ok(bad.kind === 'done' && bad.failed)
    assert.match(bad.plain, /^It would be refused \(invalid_token\)\.$/m)
    assert.match(bad.plain, /^recipient +NO +it was given to aud "other"/m)
    assert.equal((await tryMigration(w.deps, 'nobody', 'x')).kind, 'refused')
  })
}
