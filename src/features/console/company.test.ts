import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { byCompany, COMPANY, comeBack, refusalOf, setOut } from '../../../test/house/company.ts'
import { type Browser, CONSOLE_ORIGIN, consoleOf, operatorOf, signedIn } from '../../../test/house/console.ts'
import { assertDenied } from '../../../test/house/management.ts'
import { answered, play } from '../../../test/house/oauth.ts'
import { ENGINES, world } from '../../../test/world.ts'

const MINUTE_MS = 60_000
const SESSION = '/console/session'

let subjects = 0
const subject = () => `person-${++subjects}`

for (const engine of ENGINES) {
  const w = await world(engine, { config: { consoleCompany: COMPANY } })
  const it = await consoleOf(w)
  const played = await play(w, 'acme')

  const identities = async () =>
    (
      await w.deps.db
        .withTables<{ operator_identities: { subject: string; operator_id: string } }>()
        .selectFrom('operator_identities')
        .select(['subject', 'operator_id'])
        .execute()
    ).map(({ subject, operator_id }) => `${subject} ${operator_id}`)
  const roster = async () => {
    const { browser } = await signedIn(it)
    return (await browser.call('GET', '/v2/session/operators')).body.operators.length
  }
  const enter = async (claims: Record<string, unknown>, browser = it.browser()) =>
    refusalOf(await byCompany(browser, played, claims))
  const isIn = async (browser: Browser) => (await browser.call('GET', SESSION)).status === 200
  const seconds = () => Math.floor(w.deps.now() / 1000)

  test(`${engine}: the browser goes to the company with all that its answer is judged by, and has it in a cookie of its own`, async () => {
    const answer = await it.browser().open('/console/company')
    const url = new URL(answer.headers.get('location') ?? '')
    const { state, nonce, code_challenge, scope, ...asked } = Object.fromEntries(url.searchParams)
    assert.deepEqual(asked, {
      response_type: 'code',
      client_id: COMPANY.clientId,
      redirect_uri: `${CONSOLE_ORIGIN}/console/company/callback`,
      code_challenge_method: 'S256',
      prompt: 'login',
      max_age: '0',
    })
    assert.equal(scope, 'openid email profile')
    for (const drawn of [state, nonce, code_challenge]) assert.match(drawn ?? '', /^[\w-]{22,43}$/)
    const [cookie = ''] = answer.headers.getSetCookie()
    assert.match(cookie, /^__Host-antiphon_company=[^;]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
    assert.ok(!cookie.includes(state ?? '-'))
    assert.deepEqual((await it.browser().call('GET', '/console/login')).body.company, { name: 'id.acme.example' })
  })

  test(`${engine}: an operator is linked once, by an address that the company vouches for, and comes by that account from then on`, async () => {
    const { id, email } = await operatorOf(w)
    const browser = it.browser()
    const sub = subject()
    const answer = await byCompany(browser, played, { sub, email: email.toUpperCase(), auth_time: seconds() })
    assert.equal(refusalOf(answer), '')
    assert.match(
      answer.headers.getSetCookie()[0] ?? '',
      /^__Host-antiphon_console=aos_[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    )
    const { operator, session } = (await browser.call('GET', SESSION)).body
    assert.deepEqual([operator.id, session.method], [id, 'company'])
    assert.ok((await identities()).includes(`${sub} ${id}`))
    assert.equal(await enter({ sub, email: 'ada.new@example.com', email_verified: false }), '')
    const { entries } = (await browser.call('GET', '/v2/session/audit?limit=3')).body
    const told = entries.map((one: { actor: string; operation: string }) => `${one.operation} ${one.actor}`)
    assert.deepEqual(
      told,
      ['signIn', 'signIn', 'linkCompany'].map((one) => `${one} operator:${id}`),
    )
  })

  test(`${engine}: whom the company does not vouch for, or the roster does not name, stays out, and nothing is kept of them`, async () => {
    const { email } = await operatorOf(w)
    const [people, linked] = [await roster(), await identities()]
    for (const email_verified of [false, undefined, 'no', 1])
      assert.equal(await enter({ sub: subject(), email, email_verified }), 'not_verified', String(email_verified))
    for (const written of [undefined, '', 'nobody', `${email},x@example.com`, email.replace('o', '\uff4f')])
      assert.equal(await enter({ sub: subject(), email: written }), 'not_verified', String(written))
    assert.equal(await enter({ sub: subject(), email: 'stranger@example.com' }), 'not_listed')
    assert.deepEqual(await identities(), linked)
    assert.equal(await roster(), people + 1)
  })

  test(`${engine}: a second account with the same address is nobody's`, async () => {
    const { email } = await operatorOf(w)
    assert.equal(await enter({ sub: subject(), email }), '')
    assert.equal(await enter({ sub: subject(), email }), 'other_account')
  })

  test(`${engine}: a token of another issuer, for another client, with another nonce or a broken signature lets nobody in`, async () => {
    const { email } = await operatorOf(w)
    for (const claims of [
      { iss: 'https://id.evil.example/realm' },
      { aud: 'another-client' },
      { nonce: 'another-nonce' },
      { nonce: undefined },
      { exp: seconds() - 120 },
      { sub: undefined },
      { auth_time: 'now' },
      { auth_time: -1 },
    ])
      assert.equal(await enter({ sub: subject(), email, ...claims }), 'unfit', JSON.stringify(claims))
    played.header = { kid: 'another-key' }
    assert.equal(await enter({ sub: subject(), email }), 'unfit')
    played.header = {}
    assert.equal(await enter({ sub: subject(), email }), '')
  })

  test(`${engine}: an answer counts in the browser that set out, with its state and issuer, within ten minutes, once`, async () => {
    const { email } = await operatorOf(w)
    played.claims = { sub: subject(), email }
    const refused = async (browser: Browser, sent: Record<string, string>, why: string) => {
      assert.equal(refusalOf(await comeBack(browser, sent)), 'unfit', why)
      assert.equal(await isIn(browser), false, why)
    }
    const browser = it.browser()
    const sent = await setOut(browser, played)
    await refused(it.browser(), sent, 'no cookie')
    const other = it.browser()
    await setOut(other, played)
    await refused(other, sent, 'the cookie of another login')
    await refused(browser, { ...sent, state: `${sent.state}x` }, 'another state')
    await refused(browser, { code: sent.code ?? '' }, 'no state')
    await refused(browser.copy(), { ...sent, iss: 'https://id.evil.example' }, 'another issuer')
    await refused(browser.copy(), { state: sent.state ?? '' }, 'no code')
    const before = browser.copy()
    assert.equal(refusalOf(await comeBack(browser, sent)), '')
    assert.ok(await isIn(browser))
    await refused(before, sent, 'once more')
    const late = it.browser()
    const kept = await setOut(late, played)
    w.advance(10 * MINUTE_MS)
    await refused(late, kept, 'too late')
  })

  test(`${engine}: a provider that is down, or says no, leads back to the login, without a word of its own`, async () => {
    const { email } = await operatorOf(w)
    const browser = it.browser()
    const { state = '' } = await setOut(browser, played)
    const text = { error_description: '<b>evil</b>', error_uri: 'https://evil.example' }
    const told = (error: string) => comeBack(browser.copy(), { state, error, ...text })
    assert.equal(refusalOf(await told('access_denied')), 'declined')
    assert.equal(refusalOf(await told('<script>')), 'declined')
    assert.equal(refusalOf(await told('temporarily_unavailable')), 'unavailable')
    played.token = { kind: 'failed', reason: 'timeout' }
    assert.equal(await enter({ sub: subject(), email }), 'unavailable')
    played.token = answered(400, { error: 'invalid_client' })
    assert.equal(await enter({ sub: subject(), email }), 'unfit')
    played.token = undefined
    const config = { ...w.deps.config, consoleCompany: { ...COMPANY, issuer: 'https://down.example' } }
    const down = await consoleOf({ ...w, deps: { ...w.deps, config } })
    assert.equal(refusalOf(await down.browser().open('/console/company')), 'unavailable')
  })

  test(`${engine}: who is taken off the roster is out, comes in no more, and begins anew when they are back`, async () => {
    const { browser: owner } = await signedIn(it)
    const { id, email } = await operatorOf(w)
    const sub = subject()
    const browser = it.browser()
    assert.equal(await enter({ sub, email }, browser), '')
    assert.equal((await owner.call('DELETE', `/v2/session/operators/${id}`)).status, 204)
    assert.equal(await isIn(browser), false)
    assert.equal(await enter({ sub, email }), 'not_listed')
    assert.ok(!(await identities()).some((one) => one.startsWith(`${sub} `)))
    const again = { name: 'Ada', email, role: 'analyst', apps: null }
    const { body } = await owner.call('POST', '/v2/session/operators', again)
    assert.equal(await enter({ sub, email }, browser), '')
    assert.equal((await browser.call('GET', SESSION)).body.operator.id, body.operator.id)
  })

  test(`${engine}: what matters asks for a login at the company within five minutes, and a new one is enough`, async () => {
    const app = await application(w)
    const { email } = await operatorOf(w)
    const sub = subject()
    const browser = it.browser()
    const make = () => browser.call('POST', `/v2/session/apps/${app.id}/keys`, { name: 'backend' })
    for (const auth_time of [undefined, seconds() - 300, 0]) {
      assert.equal(await enter({ sub, email, auth_time }, browser), '', String(auth_time))
      assertDenied(await make(), 'recent_proof_required', 'forbidden')
    }
    const before = browser.copy()
    assert.equal(await enter({ sub, email, auth_time: seconds() - 240 }, browser), '')
    assert.equal((await make()).status, 201)
    assert.equal(await isIn(before), false, 'the session of before has ended')
    w.advance(MINUTE_MS)
    assertDenied(await make(), 'recent_proof_required', 'forbidden')
    assert.equal(await enter({ sub, email, auth_time: seconds() + 3_600 }, browser), '')
    const { proven_until } = (await browser.call('GET', SESSION)).body.session
    assert.equal(Date.parse(proven_until), w.deps.now() + 5 * MINUTE_MS)
  })

  test(`${engine}: without a company there is no such way`, async () => {
    const config = { ...w.deps.config, consoleCompany: undefined }
    const browser = (await consoleOf({ ...w, deps: { ...w.deps, config } })).browser()
    assert.equal((await browser.call('GET', '/console/login')).body.company, null)
    for (const path of ['/console/company', '/console/company/callback?state=x&code=y'])
      assert.equal((await browser.open(path)).status, 404, path)
  })

  test(`${engine}: what only looks ahead uses nothing up`, async () => {
    const { email } = await operatorOf(w)
    played.claims = { sub: subject(), email }
    const browser = it.browser()
    const sent = await setOut(browser, played)
    const path = `/console/company/callback?${new URLSearchParams(sent)}`
    assert.equal((await browser.call('HEAD', path)).status, 204)
    assert.equal((await browser.call('GET', path, undefined, { 'sec-purpose': 'prefetch' })).status, 503)
    assert.equal(refusalOf(await comeBack(browser, sent)), '')
  })
}

for (const engine of ENGINES) {
  const w = await world(engine, { config: { consoleCompany: { ...COMPANY, issuer: 'https://accounts.google.com' } } })
  const it = await consoleOf(w)
  const played = await play(w, 'google')

  test(`${engine}: of Google an address counts by an account of its domain alone, for a private one may carry it, too`, async () => {
    const { id, email } = await operatorOf(w)
    const enter = async (claims: Record<string, unknown>, browser = it.browser()) =>
      refusalOf(await byCompany(browser, played, { email, email_verified: true, ...claims }))
    const begun = new URL((await it.browser().open('/console/company')).headers.get('location') ?? '')
    assert.equal(begun.host, 'accounts.google.com')
    assert.equal(begun.searchParams.get('max_age'), null)
    for (const hd of [undefined, 'other.example', '', ['example.com']])
      assert.equal(await enter({ sub: subject(), hd }), 'not_verified', String(hd))
    const [browser, sub] = [it.browser(), subject()]
    assert.equal(await enter({ sub, hd: 'Example.com' }, browser), '')
    const { operator, session } = (await browser.call('GET', SESSION)).body
    assert.equal(operator.id, id)
    assert.equal(session.proven_until, '1970-01-01T00:05:00Z', 'Google does not say when they proved who they are')
    assert.equal(await enter({ sub, iss: 'accounts.google.com' }), '')
  })
}
