import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, send } from '../../../test/builders.ts'
import { addPasskey, CONSOLE_HOST, consoleOf, operatorOf, showPasskey, signedIn } from '../../../test/house/console.ts'
import { assertDenied, assertNotFound } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'

const MINUTE_MS = 60_000
const SESSION = '/console/session'

for (const { engine, it, w } of await stages(async (w) => ({ it: await consoleOf(w) }))) {
  const audited = async () =>
    (await (await signedIn(it)).browser.call('GET', '/v2/session/audit?limit=20')).body.entries as {
      actor: string
      operation: string
    }[]

  test(`${engine}: an invitation lets one in, once; the session is in a cookie that no script and no other page has`, async () => {
    const { id, invitation } = await operatorOf(w)
    const browser = it.browser()
    assertDenied(await browser.call('GET', SESSION), 'not_signed_in', 'unauthorized')
    const answer = await browser.call('POST', '/console/invitation', { token: invitation })
    assert.equal(answer.body.operator.id, id)
    assert.equal(answer.body.session.method, 'invitation')
    assert.match(
      answer.headers.getSetCookie()[0] ?? '',
      /^__Host-antiphon_console=aos_[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    )
    assert.equal((await browser.call('GET', SESSION)).body.operator.id, id)
    const again = await it.browser().call('POST', '/console/invitation', { token: invitation })
    assertDenied(again, 'invalid_invitation', 'unauthorized')
    assert.deepEqual(again.headers.getSetCookie(), [])
    const { actor, operation } = (await audited()).find((one) => one.actor === `operator:${id}`) ?? {}
    assert.deepEqual([actor, operation], [`operator:${id}`, 'useInvitation'])
  })

  test(`${engine}: an invitation is good for 15 minutes, and ends when there is another or its operator is gone`, async () => {
    const use = (token: string) => it.browser().call('POST', '/console/invitation', { token })
    const late = await operatorOf(w)
    w.advance(15 * MINUTE_MS)
    assertDenied(await use(late.invitation), 'invalid_invitation', 'unauthorized')
    const { browser } = await signedIn(it)
    const { id, invitation } = await operatorOf(w)
    const { body } = await browser.call('POST', `/v2/session/operators/${id}/invitation`)
    assertDenied(await use(invitation), 'invalid_invitation', 'unauthorized')
    assert.equal((await browser.call('DELETE', `/v2/session/operators/${id}`)).status, 204)
    assertDenied(await use(body.invitation.token), 'invalid_invitation', 'unauthorized')
    assertDenied(await use(''), 'invalid_invitation', 'unauthorized')
  })

  test(`${engine}: a session ends after half an hour of nobody being there, and after 12 hours whatever happens`, async () => {
    const { browser } = await signedIn(it)
    w.advance(29 * MINUTE_MS)
    assert.equal((await browser.call('GET', SESSION)).status, 200)
    w.advance(29 * MINUTE_MS)
    assert.equal((await browser.call('GET', SESSION)).status, 200)
    w.advance(30 * MINUTE_MS)
    assertDenied(await browser.call('GET', SESSION), 'not_signed_in', 'unauthorized')
    const busy = (await signedIn(it)).browser
    for (let i = 0; i < 35; i++) {
      w.advance(20 * MINUTE_MS)
      assert.equal((await busy.call('GET', SESSION)).status, 200, String(i))
    }
    w.advance(20 * MINUTE_MS)
    assertDenied(await busy.call('GET', SESSION), 'not_signed_in', 'unauthorized')
  })

  test(`${engine}: whoever signs out is out here, or everywhere; a second session takes the place of the first in a browser`, async () => {
    const { browser } = await signedIn(it)
    const one = await addPasskey(browser)
    const other = it.browser()
    assert.equal((await showPasskey(other, one)).status, 200)
    assert.equal((await other.call('DELETE', SESSION)).status, 204)
    assert.equal(other.cookie(), undefined)
    assertDenied(await other.call('GET', SESSION), 'not_signed_in', 'unauthorized')
    assert.equal((await browser.call('GET', SESSION)).status, 200)
    await showPasskey(other, one)
    const kept = other.cookie()
    assert.equal((await browser.call('DELETE', '/console/sessions')).status, 204)
    assert.equal(other.cookie(), kept)
    assertDenied(await other.call('GET', SESSION), 'not_signed_in', 'unauthorized')
    const { invitation } = await operatorOf(w)
    const third = (await signedIn(it)).browser
    const before = third.cookie()
    await third.call('POST', '/console/invitation', { token: invitation })
    const old = await it.browser().call('GET', SESSION, undefined, { cookie: `__Host-antiphon_console=${before}` })
    assertDenied(old, 'not_signed_in', 'unauthorized')
  })

  test(`${engine}: a passkey lets its operator in, and no other key, place, time or copy does`, async () => {
    const { id, browser } = await signedIn(it)
    const one = await addPasskey(browser, { counter: 0 })
    const fresh = it.browser()
    const answer = await showPasskey(fresh, one)
    assert.deepEqual([answer.body.operator.id, answer.body.session.method], [id, 'passkey'])
    assert.equal(answer.body.passkeys[0].nickname, 'laptop')
    const begin = async () => (await it.browser().call('POST', '/console/login/begin')).body
    const finish = (body: object) => it.browser().call('POST', '/console/login/finish', body)
    const refused = async (body: object, why: string) => {
      const told = await finish(body)
      assertDenied(told, 'passkey_refused', 'unauthorized')
      assert.deepEqual(told.headers.getSetCookie(), [], why)
    }
    const { publicKey, login_token } = await begin()
    const good = { login_token, credential: one.assert(publicKey) }
    assert.equal((await finish(good)).status, 200)
    await refused(good, 'the same again')
    const next = await begin()
    await refused({ login_token: next.login_token, credential: one.assert(publicKey) }, 'of another ceremony')
    for (const [why, lie] of Object.entries({
      'another origin': { origin: 'https://evil.example' },
      'http elsewhere than at home': { origin: `http://${CONSOLE_HOST}` },
      'another relying party': { rpId: 'evil.example' },
      'nobody verified': { flags: { uv: false } },
      'another operator’s handle': { userHandle: Buffer.from('opr_x').toString('base64url') },
      'a copy': { counter: 1 },
    })) {
      const { publicKey, login_token } = await begin()
      await refused({ login_token, credential: one.assert(publicKey, lie) }, why)
    }
    const stranger = await begin()
    const unknown = await addPasskey((await signedIn(it)).browser)
    const { browser: theirs } = await signedIn(it)
    await refused(
      { login_token: stranger.login_token, credential: { ...unknown.assert(stranger.publicKey), id: 'x' } },
      'x',
    )
    const late = await begin()
    w.advance(5 * MINUTE_MS)
    await refused({ login_token: late.login_token, credential: one.assert(late.publicKey) }, 'too late')
    assert.equal((await theirs.call('GET', SESSION)).status, 200)
  })

  test(`${engine}: what matters asks for a passkey that was shown within five minutes, and showing it is enough`, async () => {
    const app = await application(w)
    const { browser } = await signedIn(it)
    const one = await addPasskey(browser)
    const make = () => browser.call('POST', `/v2/session/apps/${app.id}/keys`, { name: 'backend' })
    assert.equal((await make()).status, 201)
    w.advance(5 * MINUTE_MS)
    assertDenied(await make(), 'recent_proof_required', 'forbidden')
    assertDenied(await browser.call('POST', '/console/passkeys/begin'), 'recent_proof_required', 'forbidden')
    assert.equal((await browser.call('GET', `/v2/session/apps/${app.id}/keys`)).status, 200)
    const before = browser.cookie()
    const { publicKey, login_token } = (await browser.call('POST', '/console/login/begin')).body
    assert.deepEqual(
      publicKey.allowCredentials.map(({ id }: { id: string }) => id),
      [one.id],
    )
    await browser.call('POST', '/console/login/finish', { login_token, credential: one.assert(publicKey) })
    assert.equal(browser.cookie(), before, 'the session goes on')
    const made = await make()
    assert.match(made.body.key.created_by, /^operator:opr_/)
  })

  test(`${engine}: the passkey of another operator renews nobody’s proof`, async () => {
    const [mine, theirs] = [await signedIn(it), await signedIn(it)]
    const one = await addPasskey(theirs.browser)
    w.advance(5 * MINUTE_MS)
    const { publicKey, login_token } = (await mine.browser.call('POST', '/console/login/begin')).body
    const body = { login_token, credential: one.assert(publicKey) }
    assertDenied(await mine.browser.call('POST', '/console/login/finish', body), 'passkey_refused', 'unauthorized')
  })

  test(`${engine}: passkeys are one’s own to remove, and gone at once`, async () => {
    const [mine, theirs] = [await signedIn(it), await signedIn(it)]
    const one = await addPasskey(mine.browser)
    assertNotFound(await theirs.browser.call('DELETE', `/console/passkeys/${one.id}`))
    assert.equal((await mine.browser.call('DELETE', `/console/passkeys/${one.id}`)).status, 204)
    assertDenied(await showPasskey(it.browser(), one), 'passkey_refused', 'unauthorized')
    assertNotFound(await mine.browser.call('DELETE', `/console/passkeys/${one.id}`))
  })

  test(`${engine}: a credential is one operator’s, and an answer registers one passkey`, async () => {
    const { browser } = await signedIn(it)
    const begun = (await browser.call('POST', '/console/passkeys/begin')).body
    const one = await addPasskey((await signedIn(it)).browser)
    const finish = (body: object) => browser.call('POST', '/console/passkeys/finish', body)
    const { registration_token, publicKey } = begun
    assertDenied(await finish({ registration_token, credential: one.register(publicKey) }), 'passkey_known', 'conflict')
    const foreign = (await (await signedIn(it)).browser.call('POST', '/console/passkeys/begin')).body
    const wrong = { registration_token: foreign.registration_token, credential: one.register(foreign.publicKey) }
    assertDenied(await finish(wrong), 'passkey_not_kept', 'bad_request')
  })

  test(`${engine}: a page that is not the console’s own changes nothing there, and its key opens nothing`, async () => {
    const { browser } = await signedIn(it)
    for (const headers of [
      { 'x-antiphon-console': '' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
    ] as Record<string, string>[])
      assertDenied(await browser.call('DELETE', '/console/sessions', undefined, headers), 'forbidden', 'forbidden')
    assert.equal((await browser.call('GET', SESSION)).status, 200)
    const app = await application(w)
    const headers = { authorization: `Bearer ${app.managementKey}` }
    const byKey = await it.browser().call('GET', `/v2/session/apps/${app.id}`, undefined, headers)
    assertDenied(byKey, 'not_signed_in', 'unauthorized')
    const cookie = { cookie: `__Host-antiphon_console=${browser.cookie()}` }
    const onMain = await send(w, `/v2/session/apps/${app.id}`, { headers: cookie })
    assertDenied(onMain, 'missing_api_token', 'unauthorized')
    const atApp = await browser.call('GET', '/', undefined, { host: app.host })
    assert.equal(atApp.status, 404)
    const otherPaths = await send(w, SESSION, { headers: { ...cookie, host: app.host } })
    assert.equal(otherPaths.status, 404)
  })

  test(`${engine}: the pages of the console are told what they may do, and what is in their way`, async () => {
    const browser = it.browser()
    for (const path of ['/', '/apps/shop/users?query=ada', '/index.html']) {
      const page = await browser.call('GET', path)
      assert.equal(page.body, '<!doctype html><title>Console</title>')
      assert.equal(page.headers.get('cache-control'), 'no-store')
      assert.match(
        page.headers.get('content-security-policy') ?? '',
        /script-src 'self'; .*require-trusted-types-for 'script'$/,
      )
      assert.doesNotMatch(page.headers.get('content-security-policy') ?? '', /unsafe/)
    }
    const asset = await browser.call('GET', '/assets/main-abc.js')
    assert.equal(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    assert.equal((await browser.call('GET', '/assets/main-old.js')).status, 404)
    assert.equal((await browser.call('GET', '/v2/session/nothing')).status, 404)
    assert.equal((await browser.call('GET', '/v1/session/refresh')).body, '<!doctype html><title>Console</title>')
    const problem = async (at: string) => (await browser.call('GET', `/console/login?at=${at}`)).body.problem
    assert.equal(await problem(`https://${CONSOLE_HOST}`), null)
    assert.match(await problem('https://other.example'), /Host header .* says console\.example\.com/)
    assert.match(await problem(`http://${CONSOLE_HOST}`), /https/)
    assert.equal(await problem('nonsense'), null)
  })
}
