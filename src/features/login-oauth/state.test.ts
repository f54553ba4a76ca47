import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { begin, comeBack, REDIRECT_URI, returned, through, withProvider } from '../../../test/house/oauth.ts'
import { stages } from '../../../test/house/stages.ts'

// The numbers are those of the negative cases that the threat model counts.

const CALLBACK = '/v1/session/login/oauth/google/callback'

for (const { engine, w } of await stages()) {
  test(`${engine}: 1–3 a state that is missing, there twice or nobody’s leads nowhere, and nothing is reflected`, async () => {
    const { app, played } = await withProvider(w, 'google')
    const { url } = await begin(app, 'google')
    const { state = '', code = '' } = played.consent(url)
    const twice = `state=${state}&state=${state}&code=${encodeURIComponent(code)}`
    for (const query of [
      `code=c`,
      twice,
      'state=st_nobody%3Cscript%3E&code=c',
      `state=${'x'.repeat(201)}&code=c`,
      '',
    ]) {
      const answer = await app.call(`${CALLBACK}?${query}`)
      assertRefused(answer, 'bad_request', 'bad_request')
      assert.equal(answer.headers.get('location'), null)
      assert.ok(!JSON.stringify(answer.body).includes('script'))
    }
    assert.equal(played.calls('/token'), 0)
    assert.ok('challenge_token' in returned(await comeBack(app, 'google', { state, code })))
  })

  test(`${engine}: a browser is told by a page, with nothing of the request in it`, async () => {
    const { app } = await withProvider(w, 'google')
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
    const answer = await app.call(`${CALLBACK}?state=st_%3Cscript%3E&code=c&error_description=%3Cb%3E`, { headers })
    assert.equal(answer.status, 400)
    assert.match(answer.headers.get('content-type') ?? '', /^text\/html; charset=utf-8$/)
    assert.match(answer.body, /<h1>This login cannot go on<\/h1>/)
    assert.ok(!answer.body.includes('script') && !answer.body.includes('<b>'))
    assert.equal(answer.headers.get('content-security-policy'), "default-src 'none';frame-ancestors 'none'")
  })

  test(`${engine}: 4 a state is good for ten minutes`, async () => {
    const { app, played } = await withProvider(w, 'google')
    const late = played.consent((await begin(app, 'google')).url)
    const inTime = played.consent((await begin(app, 'google')).url)
    w.advance(599_999)
    assert.ok('challenge_token' in returned(await comeBack(app, 'google', inTime)))
    w.advance(1)
    assertRefused(await comeBack(app, 'google', late), 'bad_request', 'bad_request')
  })

  test(`${engine}: 5, 6 a state is of one application and one provider`, async () => {
    const other = await withProvider(w, 'google')
    const { app, played } = await withProvider(w, 'google')
    const back = played.consent((await begin(app, 'google')).url)
    assertRefused(await comeBack(other.app, 'google', back), 'bad_request', 'bad_request')
    for (const provider of ['microsoft', 'github', 'apple'])
      assertRefused(await comeBack(app, provider, back), 'bad_request', 'bad_request')
    assert.ok('challenge_token' in returned(await comeBack(app, 'google', back)))
  })

  test(`${engine}: 7, 8 an answer that comes twice within a minute is sent on to the same place`, async () => {
    const { app, played } = await withProvider(w, 'google')
    const back = played.consent((await begin(app, 'google')).url)
    const first = (await comeBack(app, 'google', back)).headers.get('location')
    const before = played.calls('/token')
    w.advance(59_999)
    for (const again of [back, { ...back, iss: 'https://accounts.google.com' }])
      assert.equal((await comeBack(app, 'google', again)).headers.get('location'), first)
    assert.equal(played.calls('/token'), before)
    w.advance(1)
    assertRefused(await comeBack(app, 'google', back), 'bad_request', 'bad_request')
  })

  test(`${engine}: 9 another code that shows the same account is sent on to the same place, as often as logins may be begun`, async () => {
    const { app, played } = await withProvider(w, 'google')
    const settings = { login_oauth: { starts_per_ip: 3 } }
    assert.equal((await app.manage('/settings', { method: 'PATCH', body: { settings } })).status, 200)
    const { url } = await begin(app, 'google')
    const first = (await comeBack(app, 'google', played.consent(url))).headers.get('location')
    for (let i = 0; i < 2; i++)
      assert.equal((await comeBack(app, 'google', played.consent(url))).headers.get('location'), first)
    assert.equal(returned(await comeBack(app, 'google', played.consent(url))).error, 'invalid_request')
    assert.equal(played.calls('/token'), 3)
    const users = (await app.manage('/users')).body.users
    assert.equal(users.length, 1)
  })

  for (const provider of ['google', 'apple']) {
    test(`${engine}: 9 ${provider}: whoever began a login that somebody else was talked into gets nothing by its state`, async () => {
      const { app, played } = await withProvider(w, provider)
      const { url } = await begin(app, provider)
      const victim = played.consent(url)
      const own = played.consent(url)
      const state = victim.state ?? ''
      const guesses: Record<string, string>[] = [
        { state },
        { state, code: 'another' },
        own as { state: string },
        { state, code: '' },
        { state, error: 'access_denied' },
        { ...victim, error: 'access_denied' },
        { ...victim, code: `${victim.code} ` },
      ]
      assert.equal(returned(await comeBack(app, provider, { state })).error, 'invalid_request')
      assert.ok('challenge_token' in returned(await comeBack(app, provider, victim)))
      played.claims = { sub: '666', email: 'mallory@example.com' }
      for (const guess of guesses)
        assert.deepEqual(Object.keys(returned(await comeBack(app, provider, guess))), ['error', 'error_description'])
      assert.equal((await app.manage('/users')).body.users.length, 1)
    })
  }

  test(`${engine}: whoever comes with another answer while one is worked on does not get what comes of it`, async () => {
    const { app, played } = await withProvider(w, 'google')
    const { url } = await begin(app, 'google')
    const victim = played.consent(url)
    const before = played.answer
    let other: Promise<Answer> | undefined
    played.answer = (request) => {
      other ??= comeBack(app, 'google', { ...victim, code: 'another' })
      return before(request)
    }
    assert.ok('challenge_token' in returned(await comeBack(app, 'google', victim)))
    assert.ok(other)
    assert.ok(!(await other).headers.get('location')?.includes('challenge_token'))
  })

  test(`${engine}: 11, 12 whoever only looks uses nothing up`, async () => {
    const { app, played } = await withProvider(w, 'google')
    const back = played.consent((await begin(app, 'google')).url)
    const path = `${CALLBACK}?${new URLSearchParams(back)}`
    const head = await app.call(path, { method: 'HEAD' })
    assert.deepEqual([head.status, head.headers.get('location')], [204, null])
    for (const headers of [
      { 'sec-purpose': 'prefetch' },
      { 'sec-purpose': 'prefetch;prerender' },
      { purpose: 'prefetch' },
    ] as Record<string, string>[]) {
      const looked = await app.call(path, { headers })
      assert.deepEqual([looked.status, looked.headers.get('location')], [503, null])
    }
    assert.equal(played.calls('/token'), 0)
    assert.ok('challenge_token' in returned(await app.call(path)))
  })

  test(`${engine}: 13 of a form, the form alone counts`, async () => {
    const { app, played } = await withProvider(w, 'apple')
    const back = played.consent((await begin(app, 'apple')).url)
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const path = '/v1/session/login/oauth/apple/callback'
    const post = (query: string, form: Record<string, string>) =>
      app.call(`${path}${query}`, { method: 'POST', headers, body: new URLSearchParams(form).toString() })
    assertRefused(await post(`?state=${back.state}`, { ...back, state: 'st_other' }), 'bad_request', 'bad_request')
    assertRefused(await app.call(path, { body: back }), 'bad_request', 'bad_request')
    assert.ok('challenge_token' in returned(await post('?state=st_other', back)))
  })

  test(`${engine}: 24 a place that was taken off the list meanwhile is not gone to`, async () => {
    const { app, played } = await withProvider(w, 'google')
    const back = played.consent((await begin(app, 'google')).url)
    const change = (uris: string[]) => app.manage('', { method: 'PATCH', body: { redirect_uris: uris } })
    assert.equal((await change(['https://www.shop.example/other'])).status, 200)
    assertRefused(await comeBack(app, 'google', back), 'bad_request', 'bad_request')
    await change([REDIRECT_URI])
    assert.ok('challenge_token' in returned(await comeBack(app, 'google', back)))
  })

  test(`${engine}: a provider that is switched off, or gone, meanwhile logs nobody in`, async () => {
    const { app, played } = await withProvider(w, 'google')
    const back = played.consent((await begin(app, 'google')).url)
    assert.equal((await app.manage('/config/login/oauth/google', { method: 'DELETE' })).status, 204)
    assert.equal(returned(await comeBack(app, 'google', back)).error, 'server_error')
    assert.equal(played.calls('/token'), 0)
  })

  test(`${engine}: two tabs at once log in, each for itself`, async () => {
    const { app, played } = await withProvider(w, 'google')
    const [one, two] = [await begin(app, 'google'), await begin(app, 'google')]
    const [back, other] = [played.consent(one.url), played.consent(two.url)]
    const tokens = [returned(await comeBack(app, 'google', other)), returned(await comeBack(app, 'google', back))]
    assert.equal(new Set(tokens.map(({ challenge_token }) => challenge_token)).size, 2)
    assert.ok((await through(app, played)).gone.challenge_token)
  })
}
