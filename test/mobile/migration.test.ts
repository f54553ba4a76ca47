import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configure, hookKnows, personOf } from '../house/legacy.ts'
import { ADA, assertFails, byMail, install, scenes, shop } from './stage.ts'

for (const scene of await scenes()) {
  const { on, w, platform } = scene

  test(`${on}: a legacy session becomes one of ours, by challenge and verifier, and is asked for no more`, async () => {
    const app = await shop(w)
    await configure(app)
    hookKnows(w, personOf('legacy-1', ADA))
    const phone = install(scene, app, { signals: true })
    await phone.migrate('legacy-session')
    await phone.migrate('legacy-session')
    assert.deepEqual(phone.told(), ['POST /migration 200', 'POST /login/finalize 200'])
    assert.deepEqual(await phone.listIdentifiers(), [byMail])
    const asked = JSON.parse(w.outbound.at(-1)?.body?.toString() ?? '{}')
    assert.equal(asked.signals?.platform, platform.name === 'Android' ? 'ANDROID' : 'IOS', JSON.stringify(asked))
    w.advance(60_000)
    await phone.migrate('legacy-session')
    assert.equal((await phone.listSessions()).total, 1)
  })

  test(`${on}: a legacy session that is refused, and an application without migration, are bad requests`, async () => {
    const app = await shop(w)
    const phone = install(scene, app)
    await assertFails(phone.migrate('legacy-session'), 'BadRequest', 'bad_request')
    await configure(app)
    w.fakeNetwork(async () => ({ kind: 'answered', status: 401, headers: {}, body: Buffer.from('{}') }))
    await assertFails(phone.migrate('legacy-session'), 'BadRequest', 'bad_request')
    assert.equal(phone.device.key, undefined)
  })
}
