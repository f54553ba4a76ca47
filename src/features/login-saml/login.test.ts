import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimsOf, dpopKey, login, REFRESH, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { REDIRECT_URI, returned } from '../../../test/house/oauth.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { beginSaml, COMPANY, connect, loginBySaml, withConnection } from '../../../test/house/saml-connections.ts'
import { ADA, post } from '../../../test/house/saml-idp.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'
import { insertIdentifier } from '../../core/identifiers/store.ts'
import { createUser } from '../../core/users/create.ts'
import { newId } from '../../platform/ids.ts'

const FAILED = 'saml_authentication_failed'

for (const { engine, w } of await stages()) {
  test(`${engine}: whoever types an address of the company goes to its identity provider and comes back logged in`, async () => {
    const { app, connection } = await withConnection(w)
    const { url, verifier } = await beginSaml(app, connection, { email: `Ada@${COMPANY.toUpperCase()}` })
    const posted = await connection.idp.login(url, ADA)
    const { challenge_token = '', ...rest } = returned(await post(app, posted))
    assert.deepEqual(rest, {})
    const claims = claimsOf(challenge_token)
    assert.deepEqual(claims.amr, ['fed'])
    assert.equal(Number(claims.exp) - Number(claims.iat), 600)
    const key = await dpopKey(w)
    assertRefused(await finalizeWith(app, key, challenge_token), 'bad_request', 'bad_request')
    const session = await finalizeWith(app, key, challenge_token, { verifier })
    assert.equal(session.status, 200, JSON.stringify(session.body))
    const userId = String(claims.sub)
    const { body } = await app.manage(`/users/${userId}`)
    assert.deepEqual(body.user.profile, { given_name: 'Ada', family_name: 'Lovelace' })
    assert.deepEqual(
      body.user.identifiers.map(({ type, value }: Record<string, string>) => [type, value]),
      [['email_address', 'ada@acme.example']],
    )
    const again = await loginBySaml(app, connection, { ...ADA, nameId: 'ADA@acme.example' })
    assert.equal(claimsOf(again.challenge_token).sub, userId)
  })

  test(`${engine}: a login may begin at a connection by name, and returns to its default place`, async () => {
    const { app, connection } = await withConnection(w, { behavior: { default_redirect_uri: REDIRECT_URI } })
    const begin = (query: Record<string, string>) => beginSaml(app, connection, query)
    assert.equal((await begin({})).answer.status, 200)
    const none = `${connection.path}/initiate?code_challenge=${'a'.repeat(43)}`
    assert.equal((await app.call(none)).status, 200)
    assertRefused((await begin({ redirect_uri: `${REDIRECT_URI}/` })).answer, 'invalid_redirect_uri', 'bad_request')
    const elsewhere = { email: `a@${COMPANY}`, redirect_uri: 'https://evil.example/' }
    assertRefused((await begin(elsewhere)).answer, 'invalid_redirect_uri', 'bad_request')
    assertRefused((await begin({ code_challenge: 'short' })).answer, 'bad_request', 'bad_request')
    assertRefused((await begin({ email: 'nobody' })).answer, 'invalid_identifier', 'bad_request')
    assertRefused((await begin({ email: 'a@home.example' })).answer, 'saml_no_connection_for_email', 'not_found')
    const unknown = { path: connection.path.replace('okta', 'google') }
    assertRefused((await beginSaml(app, unknown)).answer, 'saml_connection_not_configured', 'not_found')
    await connection.set({ behavior: { default_redirect_uri: undefined } })
    assertRefused(await app.call(none), 'bad_request', 'bad_request')
    await connect(w, app)
    const email = `a@${COMPANY}`
    assertRefused((await begin({ email })).answer, 'saml_no_connection_for_email', 'not_found')
  })

  test(`${engine}: a connection that is switched off, another application’s or gone answers nobody`, async () => {
    const { app, connection } = await withConnection(w)
    const other = await withConnection(w)
    const { url } = await beginSaml(app, connection)
    const posted = await connection.idp.login(url, ADA)
    const all = async (to = app) => [
      (await beginSaml(to, connection)).answer,
      await post(to, posted),
      await to.call(`${connection.path}/metadata`),
    ]
    for (const answer of await all(other.app)) assertRefused(answer, 'saml_connection_not_configured', 'not_found')
    await connection.set({ enabled: false })
    for (const answer of await all()) assertRefused(answer, 'saml_connection_disabled', 'forbidden')
    await connection.set({ enabled: true })
    assert.ok(returned(await post(app, posted)).challenge_token)
    await connection.remove()
    for (const answer of await all()) assertRefused(answer, 'saml_connection_not_configured', 'not_found')
  })

  test(`${engine}: metadata names where responses go and what our requests are signed with`, async () => {
    const { app, connection } = await withConnection(w)
    const answer = await app.call(`${connection.path}/metadata`)
    assert.equal(answer.headers.get('content-type'), 'application/samlmetadata+xml')
    assert.match(String(answer.body), new RegExp(`entityID="${connection.sp.entity_id}"`))
    assert.match(String(answer.body), new RegExp(`Location="${connection.sp.acs_url}"`))
    const certificate = connection.sp.signing_certificate.replace(/-----[A-Z ]+-----|\s/g, '')
    assert.ok(String(answer.body).includes(certificate))
  })

  test(`${engine}: who an assertion shows is decided by connection, name and what the company may vouch for`, async () => {
    const { app, connection } = await withConnection(w)
    const first = await loginBySaml(app, connection)
    const ada = claimsOf(first.challenge_token).sub
    const errorOf = async (person: Partial<typeof ADA>, change = {}) =>
      (await loginBySaml(app, connection, { ...ADA, ...person }, change)).error
    const userOf = async (person: Partial<typeof ADA>, change = {}) =>
      claimsOf((await loginBySaml(app, connection, { ...ADA, ...person }, change)).challenge_token).sub
    assert.equal(await errorOf({ email: 'ada@home.example' }), 'saml_email_domain_not_allowed')
    assert.equal(await errorOf({ nameId: 'x', email: 'x@eu.acme.example' }), 'saml_email_domain_not_allowed')
    assert.equal(
      (await loginBySaml(app, connection, { nameId: 'eve' }, PERSISTENT)).error,
      'saml_email_domain_not_allowed',
    )
    const reasons = (await eventsOf(w, app, 'saml.login_refused')).map(({ reason }) => String(reason))
    assert.deepEqual(
      reasons.map((reason) => reason.includes('has no e-mail address')),
      [false, false, true],
    )
    assert.equal(await userOf({ email: 'ada.married@acme.example' }), ada, 'the name stays, whatever her address')
    const known = await user(w, app, { email: 'grace@acme.example' })
    assert.equal(await userOf({ nameId: 'grace@acme.example', email: 'grace@acme.example' }), known)
    await connection.set({ behavior: { allow_email_account_merge: false } })
    await user(w, app, { email: 'joan@acme.example' })
    assert.equal(await errorOf({ nameId: 'joan@acme.example', email: 'joan@acme.example' }), 'email_already_in_use')
    await connection.set({ behavior: { jit_provisioning: false } })
    assert.equal(await errorOf({ nameId: 'new@acme.example', email: 'new@acme.example' }), 'saml_user_not_provisioned')
    const block = await app.manage(`/users/${ada}/status`, { method: 'PUT', body: { status: 'inactive' } })
    assert.equal(block.status, 200)
    assert.equal(await errorOf({}), 'access_denied')
  })

  test(`${engine}: a connection without domains vouches for nobody's address`, async () => {
    const { app, connection } = await withConnection(w, { behavior: { email_domain_allowlist: [] } })
    const known = await user(w, app, { email: ADA.email ?? '' })
    const { challenge_token } = await loginBySaml(app, connection)
    const { sub } = claimsOf(challenge_token)
    assert.notEqual(sub, known)
    assert.deepEqual((await app.manage(`/users/${sub}`)).body.user.identifiers, [])
  })

  test(`${engine}: a domain that two connections name is nobody's: whom they know they log in, and an address leads to nobody`, async () => {
    const { app, connection } = await withConnection(w)
    const ada = claimsOf((await loginBySaml(app, connection)).challenge_token).sub
    const known = await user(w, app, { email: 'grace@acme.example' })
    const rival = await connect(w, app, { host: 'idp.rival.example' })
    const userOf = async (by: typeof connection, nameId: string) =>
      claimsOf((await loginBySaml(app, by, { ...ADA, nameId, email: nameId })).challenge_token).sub
    assert.equal(await userOf(connection, ADA.nameId), ada)
    for (const nameId of [ADA.nameId, 'grace@acme.example'])
      assert.ok(![ada, known].includes(String(await userOf(rival, nameId))))
    await rival.set({ enabled: false })
    assert.equal(await userOf(connection, 'grace@acme.example'), known)
  })

  test(`${engine}: whoever must come by their own company comes in by no other one's connection, unless that speaks for them, too`, async () => {
    const { app, connection } = await withConnection(w)
    const other = await connect(w, app, { behavior: { email_domain_allowlist: [] } })
    const comeBy = (email?: string) => loginBySaml(app, other, { nameId: 'eve', ...(email && { email }) }, PERSISTENT)
    const end = async ({ challenge_token, verifier }: Awaited<ReturnType<typeof comeBy>>) =>
      finalizeWith(app, await dpopKey(w), challenge_token, { verifier })
    const eve = String(claimsOf((await comeBy()).challenge_token).sub)
    const prove = (value: string) =>
      w.deps.transact((tx) => insertIdentifier(tx, w.deps, app.id, eve, { type: 'email_address', value }, true))
    await prove(`eve@${COMPANY}`)
    const [inTime, late] = [await comeBy(), await comeBy()]
    assert.equal((await end(inTime)).status, 200)
    await connection.set({ behavior: { enforce_login: true } })
    assertRefused(await end(late), 'invalid_challenge_token', 'bad_request')
    assert.equal((await comeBy()).error, 'access_denied')
    await prove('eve@other.example')
    assert.equal((await comeBy()).error, 'access_denied')
    await other.set({ behavior: { email_domain_allowlist: ['other.example'] } })
    assert.equal((await end(await comeBy('eve@other.example'))).status, 200)
  })

  test(`${engine}: names of people are compared by what they are: addresses without their capitals, others byte by byte`, async () => {
    const { app, connection } = await withConnection(w)
    const userOf = async (nameId: string, change = {}) =>
      claimsOf(
        (
          await loginBySaml(
            app,
            connection,
            { ...ADA, nameId, email: `${nameId.toLowerCase().replace(/@.*/, '')}@acme.example` },
            change,
          )
        ).challenge_token ?? '',
      ).sub
    assert.equal(await userOf('eve@acme.example'), await userOf('EVE@Acme.example'))
    await connection.set({ behavior: { email_domain_allowlist: [] } })
    assert.notEqual(await userOf('00u1', PERSISTENT), await userOf('00U1', PERSISTENT))
  })

  test(`${engine}: what the first login says of somebody begins their profile; later ones write it where the application wants that`, async () => {
    const { app, connection } = await withConnection(w, {
      mapping: { groups: 'groups', custom: { department: 'dept', cities: 'city' } },
    })
    const more = {
      dept: ['R&D'],
      city: ['Graz', 'Linz'],
      email: [ADA.email ?? ''],
      groups: ['staff'],
      firstName: ['Ada'],
    }
    const login = async (attributes: Record<string, string[]>) =>
      claimsOf((await loginBySaml(app, connection, ADA, { login: { attributes } })).challenge_token).sub
    const id = await login(more)
    const profile = async () => (await app.manage(`/users/${id}`)).body.user.profile
    const first = { given_name: 'Ada', department: 'R&D', cities: ['Graz', 'Linz'], groups: ['staff'] }
    assert.deepEqual(await profile(), first)
    await login({ ...more, dept: ['Sales'] })
    assert.deepEqual(await profile(), first)
    const settings = { login_saml: { rewrites_profile: true } }
    assert.equal((await app.manage('/settings', { method: 'PATCH', body: { settings } })).status, 200)
    await app.manage(`/users/${id}/profile`, { method: 'PATCH', body: { shoe_size: 40 } })
    const manyGroups = Array.from({ length: 400 }, (_, i) => `group ${i} ${'x'.repeat(40)}`)
    await login({ ...more, dept: ['Sales'], groups: manyGroups })
    assert.deepEqual(await profile(), { ...first, department: 'Sales', shoe_size: 40, groups: [] })
    await login(more)
    assert.deepEqual(await profile(), { ...first, shoe_size: 40 })
  })

  test(`${engine}: where logins write the profile, who is in a group no longer is in none here, however full the profile is`, async () => {
    const { app, connection } = await withConnection(w, { mapping: { groups: 'groups', custom: { role: 'role' } } })
    const settings = { login_saml: { rewrites_profile: true } }
    await app.manage('/settings', { method: 'PATCH', body: { settings } })
    const email = [ADA.email ?? '']
    const login = async (attributes: Record<string, string[]>) =>
      claimsOf((await loginBySaml(app, connection, ADA, { login: { attributes } })).challenge_token).sub
    const id = await login({ email, groups: ['admins'], role: ['owner'] })
    const profile = async () => (await app.manage(`/users/${id}`)).body.user.profile
    assert.deepEqual(await profile(), { groups: ['admins'], role: 'owner' })
    await login({ email, firstName: ['Ada'] })
    assert.deepEqual(await profile(), { groups: [], given_name: 'Ada' })
    await login({ email, groups: ['admins'], role: ['owner'] })
    const notes = 'x'.repeat(16_000)
    assert.equal((await app.manage(`/users/${id}/profile`, { method: 'PATCH', body: { notes } })).status, 204)
    await login({ email, groups: ['y'.repeat(1_000)] })
    assert.deepEqual(await profile(), { groups: [], given_name: 'Ada', notes })
  })

  test(`${engine}: nobody comes in by what was said before they were logged out everywhere`, async () => {
    const { app, connection } = await withConnection(w)
    const { challenge_token } = await loginBySaml(app, connection)
    const id = claimsOf(challenge_token).sub
    const { url } = await beginSaml(app, connection)
    const before = await connection.idp.login(url, ADA)
    w.advance(90_000)
    assert.equal((await app.manage(`/users/${id}/sessions/invalidate`, { method: 'POST' })).status, 200)
    assert.equal(returned(await post(app, before)).error, FAILED)
    assert.deepEqual(
      (await eventsOf(w, app, 'saml.login_refused')).map(({ check }) => check),
      ['age'],
    )
    w.advance(1_000)
    assert.ok(returned(await post(app, await connection.idp.login(url, ADA))).challenge_token, 'nothing was used up')
    const [inTime, late] = [await loginBySaml(app, connection), await loginBySaml(app, connection)]
    const end = async ({ challenge_token, verifier }: typeof inTime) =>
      finalizeWith(app, await dpopKey(w), challenge_token, { verifier })
    assert.equal((await end(inTime)).status, 200)
    assert.equal((await app.manage(`/users/${id}/sessions/invalidate`, { method: 'POST' })).status, 200)
    assertRefused(await end(late), 'invalid_challenge_token', 'bad_request')
  })

  test(`${engine}: an account that was made with somebody's address and has proven nothing becomes theirs, however long their response was on its way, and nobody else's`, async () => {
    const { app, connection } = await withConnection(w, { behavior: { jit_provisioning: false } })
    const id = newId('usr', w.deps)
    const identifiers = [{ type: 'email_address', value: ADA.email ?? '', verified: false }] as const
    await w.deps.transact((tx) => createUser(tx, w.deps, app.id, { id, identifiers, source: 'test', migrated: false }))
    const eve = await login(w, app, id)
    const { url, verifier } = await beginSaml(app, connection)
    const posted = await connection.idp.login(url, ADA)
    w.advance(120_000)
    const { challenge_token = '' } = returned(await post(app, posted))
    assert.equal(claimsOf(challenge_token).sub, id)
    assert.equal((await eve.post(REFRESH)).status, 401)
    assert.equal((await finalizeWith(app, await dpopKey(w), challenge_token, { verifier })).status, 200)
  })

  test(`${engine}: one network begins so many logins, and asks for so many companies`, async () => {
    const { app, connection } = await withConnection(w)
    const settings = { login_saml: { starts_per_ip: 2 } }
    await app.manage('/settings', { method: 'PATCH', body: { settings } })
    const email = { email: 'a@home.example' }
    assert.equal((await beginSaml(app, connection)).answer.status, 200)
    assert.equal((await beginSaml(app, connection, email)).answer.status, 404)
    for (const query of [email, {}, { email: `a@${COMPANY}` }]) {
      const { answer } = await beginSaml(app, connection, query)
      assertRefused(answer, 'rate_limited', 'rate_limited')
      assert.equal(answer.headers.get('retry-after'), '600')
    }
  })
}

const PERSISTENT = { login: { format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' } }
