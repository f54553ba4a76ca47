import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dpopKey, pkce } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import {
  authorize,
  begin,
  comeBack,
  play,
  REDIRECT_URI,
  returned,
  through,
  withProvider,
} from '../../../test/house/oauth.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'

const INVALID = { error: 'invalid_request', error_description: 'The answer of the provider does not fit this login.' }

const START = { body: { redirect_uri: REDIRECT_URI, code_challenge: pkce().challenge } }

for (const { engine, w } of await stages()) {
  test(`${engine}: 29–31 a login begins with an S256 code challenge, or not at all`, async () => {
    const { app } = await withProvider(w, 'google')
    for (const change of [
      { code_challenge: undefined },
      { code_challenge: '' },
      { code_challenge: 'a'.repeat(44) },
      { code_challenge: 'a'.repeat(42) },
      { code_challenge: `${'a'.repeat(42)}+` },
      { code_challenge_method: 'plain' },
      { code_challenge_method: 's256' },
    ])
      assertRefused(await authorize(app, 'google', change), 'bad_request', 'bad_request')
    assert.equal((await authorize(app, 'google', { code_challenge_method: undefined })).status, 200)
  })

  test(`${engine}: 32–34 only the browser that began a login finishes it, and a wrong verifier ends it for good`, async () => {
    const { app, played } = await withProvider(w, 'google')
    const mine = await through(app, played)
    const theirs = await through(app, played)
    const key = await dpopKey(w)
    const token = mine.gone.challenge_token ?? ''
    assertRefused(await finalizeWith(app, key, token), 'bad_request', 'bad_request')
    const wrong = await finalizeWith(app, key, token, { verifier: theirs.verifier })
    assertRefused(wrong, 'bad_request', 'bad_request')
    assertRefused(await finalizeWith(app, key, token, { verifier: mine.verifier }), 'token_reused', 'conflict')
    const { verifier } = theirs
    assert.equal((await finalizeWith(app, key, theirs.gone.challenge_token ?? '', { verifier })).status, 200)
  })

  test(`${engine}: 35, 36 an error wins over a code, in our own words`, async () => {
    const { app, played } = await withProvider(w, 'google')
    const cases = [
      ['access_denied', 'access_denied'],
      ['user_cancelled_authorize', 'access_denied'],
      ['temporarily_unavailable', 'temporarily_unavailable'],
      ['invalid_scope', 'invalid_scope'],
      ['email_already_in_use', 'server_error'],
      ['<script>alert(1)</script>', 'server_error'],
      ['', 'server_error'],
    ] as const
    for (const [said, told] of cases) {
      const back = played.consent((await begin(app, 'google')).url)
      const description = '<img src=x onerror=alert(1)>'
      const refused = { ...back, error: said, error_description: description }
      const answer = await comeBack(app, 'google', refused)
      const { error, error_description = '', ...more } = returned(answer)
      assert.deepEqual([error, more], [told, {}])
      assert.match(error_description, /^[\w ,.-]+$/)
      for (const again of [refused, back])
        assert.equal((await comeBack(app, 'google', again)).headers.get('location'), answer.headers.get('location'))
    }
    assert.equal(played.calls('/token'), 0)
    assert.ok(!w.log.some((line) => line.includes('onerror') || line.includes('<script>')))
  })

  test(`${engine}: Facebook says errors in members of its own`, async () => {
    const { app, played } = await withProvider(w, 'facebook')
    const { state = '' } = played.consent((await begin(app, 'facebook')).url)
    const answer = await comeBack(app, 'facebook', { state, error_code: '1349048', error_message: 'Cannot load URL' })
    assert.equal(returned(answer).error, 'server_error')
  })

  test(`${engine}: 37 the answer of another issuer is not taken, and uses nothing up`, async () => {
    const { app, played } = await withProvider(w, 'google')
    const back = played.consent((await begin(app, 'google')).url)
    assert.deepEqual(returned(await comeBack(app, 'google', { ...back, iss: 'https://evil.example' })), INVALID)
    assert.deepEqual(returned(await comeBack(app, 'google', { ...back, code: '', iss: '' })), { ...INVALID })
    const { code: _, ...without } = back
    assert.deepEqual(returned(await comeBack(app, 'google', without)), INVALID)
    assert.equal(played.calls('/token'), 0)
    const answer = await comeBack(app, 'google', { ...back, iss: 'https://accounts.google.com' })
    assert.ok('challenge_token' in returned(answer))
  })

  test(`${engine}: 38 an issuer that promises to name itself must`, async () => {
    const { app, played } = await withProvider(w, 'acme')
    played.discovery = { authorization_response_iss_parameter_supported: true }
    w.advance(86_400_001)
    const back = played.consent((await begin(app, 'acme')).url)
    assert.deepEqual(returned(await comeBack(app, 'acme', back)), INVALID)
    const iss = 'https://id.acme.example/realm'
    assert.ok('challenge_token' in returned(await comeBack(app, 'acme', { ...back, iss })))
  })

  test(`${engine}: 39 a code of more than four kilobytes is none`, async () => {
    const { app, played } = await withProvider(w, 'google')
    const back = played.consent((await begin(app, 'google')).url)
    assertRefused(await comeBack(app, 'google', { ...back, code: 'c'.repeat(5_000) }), 'bad_request', 'bad_request')
    assert.equal(played.calls('/token'), 0)
    assert.ok('challenge_token' in returned(await comeBack(app, 'google', back)))
  })

  test(`${engine}: 28 line breaks in what came never reach a header`, async () => {
    const { app, played } = await withProvider(w, 'google')
    for (const evil of ['x\r\nset-cookie: a=b', 'x\nlocation: https://evil.example']) {
      const back = played.consent((await begin(app, 'google')).url)
      const answer = await comeBack(app, 'google', { ...back, error: evil, error_description: evil })
      assert.equal(returned(answer).error, 'server_error')
      assert.deepEqual(answer.headers.getSetCookie(), [])
    }
  })

  test(`${engine}: a code is passed on as it came, written anew once`, async () => {
    const { app, played } = await withProvider(w, 'google')
    const { gone } = await through(app, played)
    assert.ok(gone.challenge_token)
    const sent = w.outbound.findLast(({ url }) => url.endsWith('/token'))?.body ?? ''
    assert.match(new URLSearchParams(sent).get('code') ?? '', /^code\/\d+\+x$/)
  })

  test(`${engine}: a network that begins too many logins has to wait`, async () => {
    const { app } = await withProvider(w, 'google')
    const changed = await app.manage('/settings', {
      method: 'PATCH',
      body: { settings: { login_oauth: { starts_per_ip: 2 } } },
    })
    assert.equal(changed.status, 200, JSON.stringify(changed.body))
    for (let i = 0; i < 2; i++) assert.equal((await authorize(app, 'google')).status, 200)
    const limited = await authorize(app, 'google')
    assertRefused(limited, 'rate_limited', 'rate_limited')
    assert.equal(limited.headers.get('retry-after'), '600')
    w.advance(600_000)
    assert.equal((await authorize(app, 'google')).status, 200)
  })

  test(`${engine}: whoever has an IPv6 network of networks begins as many logins as ten of them`, async () => {
    const { app } = await withProvider(w, 'google')
    await app.manage('/settings', { method: 'PATCH', body: { settings: { login_oauth: { starts_per_ip: 1 } } } })
    const from = (ip: string) =>
      app.call('/v1/session/login/oauth/google/authorize', { ...START, headers: { 'x-forwarded-for': ip } })
    for (let i = 1; i <= 10; i++) assert.equal((await from(`2001:db8:7:${i}::1`)).status, 200)
    assertRefused(await from('2001:db8:7:11::1'), 'rate_limited', 'rate_limited')
    assert.equal((await from('2001:db8:8:1::1')).status, 200)
  })

  test(`${engine}: a provider that is not configured, or switched off, is told apart from a wrong redirect URI`, async () => {
    const { app } = await withProvider(w, 'google', { enabled: false })
    await play(w, 'google')
    assertRefused(await authorize(app, 'github'), 'oauth_provider_not_configured', 'bad_request')
    assertRefused(await authorize(app, 'nobody'), 'oauth_provider_not_configured', 'bad_request')
    assertRefused(await authorize(app, 'Google'), 'bad_request', 'bad_request')
    const { app: other } = await withProvider(w, 'google')
    const elsewhere = { redirect_uri: 'https://www.shop.example/cb/' }
    assertRefused(await authorize(other, 'google', elsewhere), 'invalid_redirect_uri', 'bad_request')
    assertRefused(await authorize(app, 'google'), 'oauth_provider_disabled', 'bad_request')
  })
}
