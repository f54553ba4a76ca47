import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, send } from '../../../test/builders.ts'
import { assertNoContent } from '../../../test/house/answers.ts'
import { ORIGIN } from '../../../test/house/authenticator.ts'
import { assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { passkeyConfig, passkeyLogin, signedIn, withPasskey, withPasskeys } from '../../../test/house/passkeys.ts'
import { stages } from '../../../test/house/stages.ts'
import { rfc3339 } from '../../platform/clock.ts'

const CONFIG = '/config/passkey'
/** What must be said. */
const LEAST = { rp_id: 'app.example.com', rp_name: 'Example', allowed_origins: [ORIGIN] }
/** What holds where nothing else is said, as it is documented. */
const DEFAULTS = {
  user_verification: 'required',
  attestation_preference: 'none',
  login_enabled: false,
  granted_scopes: [],
  aaguid_allowlist: [],
  attestation_roots: [],
}
const MODEL = '01020304-0506-0708-0102-030405060708'

const BAD: readonly [name: string, change: object, place: string][] = [
  ['no RP id', { rp_id: undefined }, 'body.rp_id'],
  ['an RP id with a scheme', { rp_id: 'https://app.example.com' }, 'body.rp_id: '],
  ['an RP id under which anybody has names', { rp_id: 'co.uk' }, 'body.rp_id: '],
  ['no name', { rp_name: '' }, 'body.rp_name'],
  ['no origins', { allowed_origins: [] }, 'body.allowed_origins'],
  ['an origin elsewhere', { allowed_origins: [ORIGIN, 'https://example.org'] }, 'body.allowed_origins[1]: '],
  ['an origin with a slash', { allowed_origins: [`${ORIGIN}/`] }, 'body.allowed_origins[0]: '],
  ['another wish', { user_verification: 'maybe' }, 'body.user_verification'],
  ['another conveyance', { attestation_preference: 'loud' }, 'body.attestation_preference'],
  ['a scope with a blank', { granted_scopes: ['a b'] }, 'body.granted_scopes[0]'],
  ['a list of models that nothing proves', { aaguid_allowlist: [MODEL] }, 'body.aaguid_allowlist: '],
  [
    'a list of models without roots',
    { aaguid_allowlist: [MODEL], attestation_preference: 'direct' },
    'phones and password managers are shut out',
  ],
  ['a root that is none', { attestation_roots: ['rubbish'] }, 'body.attestation_roots[0]: '],
]

for (const { engine, w } of await stages()) {
  test(`${engine}: passkeys are configured, configured again, read and ended`, async () => {
    const app = await application(w)
    assertNotFound(await app.manage(CONFIG))
    const createdAt = rfc3339(w.deps.now())
    const first = await app.manage(CONFIG, { method: 'PUT', body: LEAST })
    assert.equal(first.status, 200, JSON.stringify(first.body))
    const config = { ...LEAST, ...DEFAULTS, created_at: createdAt, updated_at: createdAt }
    assert.deepEqual(first.body, { config })
    assert.deepEqual((await app.manage(CONFIG)).body, { config })

    w.advance(1_000)
    const other = passkeyConfig({ user_verification: 'preferred', granted_scopes: ['read'] })
    const second = await app.manage(CONFIG, { method: 'PUT', body: other })
    const after = { ...other, created_at: createdAt, updated_at: rfc3339(w.deps.now()) }
    assert.deepEqual(second.body, { config: after })
    assert.deepEqual((await app.manage(CONFIG)).body, { config: after })
    const elsewhere = await application(w)
    assertNotFound(await elsewhere.manage(CONFIG))
    const headers = { authorization: `Bearer ${app.managementKey}` }
    const there = `/v2/session/apps/${elsewhere.id}${CONFIG}`
    assertNotFound(await send(w, there, { method: 'PUT', headers, body: LEAST }))

    assertNoContent(await app.manage(CONFIG, { method: 'DELETE' }))
    assertNotFound(await app.manage(CONFIG))
    assertNotFound(await app.manage(CONFIG, { method: 'DELETE' }))
  })

  test(`${engine}: another RP id is told how many passkeys it orphans; they are back with the one before`, async () => {
    const it = await withPasskeys(w)
    const [ana, ben] = [await signedIn(it), await signedIn(it)]
    const one = await withPasskey(it, ana)
    await withPasskey(it, ben)
    const put = async (rp_id: string) => {
      const body = { ...it.config, rp_id, allowed_origins: [`https://${rp_id}`] }
      return (await it.app.manage(CONFIG, { method: 'PUT', body })).body
    }
    const moved = await put('example.com')
    assert.equal(moved.orphaned_passkeys, 2)
    assert.equal(moved.config.rp_id, 'example.com')
    assertNoContent(await it.app.manage(CONFIG, { method: 'DELETE' }))
    assert.equal('orphaned_passkeys' in (await put(it.config.rp_id)), false)
    assert.equal((await passkeyLogin(it, one)).kind, 'proven')
  })

  test(`${engine}: what cannot work is refused, naming the place, and the configuration stays`, async () => {
    const app = await application(w)
    await app.manage(CONFIG, { method: 'PUT', body: LEAST })
    for (const [name, change, place] of BAD) {
      const answer = await app.manage(CONFIG, { method: 'PUT', body: { ...LEAST, ...change } })
      assert.doesNotThrow(() => assertInvalid(answer, place), name)
    }
    assert.equal((await app.manage(CONFIG)).body.config.rp_id, LEAST.rp_id)
  })
}
