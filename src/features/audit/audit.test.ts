import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { type Answer, apiKey, application, instanceKey, send, type TestApp, user } from '../../../test/builders.ts'
import { assertDenied, assertInvalid } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'
import type { World } from '../../../test/world.ts'
import { scheduleJobs } from '../../platform/jobs/jobs.ts'
import { jobs } from '../../server.ts'

const DAY_MS = 86_400_000

const entriesOf = async (app: TestApp, query = ''): Promise<Answer['body'][]> => {
  const answer = await app.manage(`/audit${query}`)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body.entries
}
const operationsOf = async (app: TestApp, query = '') => (await entriesOf(app, query)).map(({ operation }) => operation)
const keyIdOf = async (app: TestApp) => (await app.manage('/keys')).body.keys[0].id
const put = (app: TestApp, path: string, body: object) => app.manage(path, { method: 'PUT', body })

/** The chain of exported lines, computed as the documents say and by nothing of ours. */
function chainOf(lines: readonly Answer['body'][]): string[] {
  let previous = ''
  return lines.map((one) => {
    const { id, created_at, actor, operation, target, changes, ip, request_id } = one
    const said = [previous, id, created_at, actor, operation, target, changes, ip, request_id]
    previous = createHash('sha256').update(JSON.stringify(said)).digest('base64url')
    return previous
  })
}

async function exported(app: TestApp, query = ''): Promise<Answer['body'][]> {
  const answer = await app.manage(`/audit/export${query}`)
  assert.match(answer.headers.get('content-type') ?? '', /^application\/x-ndjson/)
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
}

const everything = (w: World, app: TestApp) =>
  w.deps.db
    .withTables<{ audit_rows: Record<string, string> }>()
    .selectFrom('audit_rows')
    .selectAll()
    .where('app_id', '=', app.id)
    .execute()

for (const { engine, w } of await stages()) {
  test(`${engine}: a change says who made it, what it did to what, from where, and what was before`, async () => {
    const app = await application(w)
    const answer = await app.manage('', {
      method: 'PATCH',
      body: { name: 'Shop', allowed_origins: ['https://shop.example'] },
      headers: { 'x-forwarded-for': '203.0.113.9' },
    })
    assert.equal(answer.status, 200)
    const [entry] = await entriesOf(app)
    const { id, created_at, hash, ...said } = entry
    assert.match(id, /^\d{4}-\d\d-\d\d\.000000001$/)
    assert.match(hash, /^[\w-]{43}$/)
    assert.ok(created_at.startsWith(id.slice(0, 10)))
    assert.deepEqual(said, {
      actor: `application_key:${await keyIdOf(app)}`,
      operation: 'updateApplication',
      target: {},
      changes: {
        name: { before: app.id, after: 'Shop' },
        allowed_origins: { before: [], after: ['https://shop.example'] },
      },
      ip: '203.0.113.9',
      request_id: answer.headers.get('x-request-id'),
    })
    await app.operate('/mode', { method: 'PUT', body: { mode: 'prod' } })
    const [byOperator] = await entriesOf(app)
    assert.match(byOperator.actor, /^instance_key:key_/)
    assert.deepEqual(byOperator.changes, { mode: { before: 'dev', after: 'prod' } })
  })

  test(`${engine}: settings and configurations are told by member, with what was before`, async () => {
    const app = await application(w)
    const settings = { sessions: { refresh_grace_seconds: 5 } }
    await app.manage('/settings', { method: 'PATCH', body: { settings } })
    await put(app, '/config/tokens', { access_token_ttl_seconds: 300 })
    const stepUp = { step_keys: [{ key: 'one' }], allowed_scopes: [] }
    await app.manage('/config/stepup', { body: stepUp })
    await put(app, '/config/stepup', { ...stepUp, step_keys: [{ key: 'two' }] })
    await app.manage('/config/stepup', { method: 'DELETE' })
    const [removed, replaced, created, tokens, set] = await entriesOf(app)
    assert.deepEqual(set.changes, { 'settings.sessions.refresh_grace_seconds': { after: 5 } })
    assert.deepEqual(tokens.changes, { 'settings.sessions.access_token_lifetime_seconds': { after: 300 } })
    assert.equal(created.operation, 'createStepUpConfig')
    assert.equal(created.changes.step_keys.after[0].key, 'one')
    assert.deepEqual(Object.keys(replaced.changes), ['step_keys'])
    assert.equal(replaced.changes.step_keys.before[0].key, 'one')
    assert.equal(replaced.changes.step_keys.after[0].key, 'two')
    assert.equal(removed.changes.step_keys.before[0].key, 'two')
  })

  test(`${engine}: groups, webhooks and domains are told with what was before, and no token of theirs`, async () => {
    const app = await application(w)
    const changesOf = async () => (await entriesOf(app))[0].changes
    for (const scope of ['read', 'write']) await app.manage('/config/scopes', { body: { scope } })
    await app.manage('/config/groups', { body: { name: 'staff', scopes: ['read'] } })
    assert.deepEqual(await changesOf(), { scopes: { after: ['read'] } })
    await put(app, '/config/groups/staff', { scopes: ['write'] })
    assert.deepEqual(await changesOf(), { scopes: { before: ['read'], after: ['write'] } })
    await app.manage(`/users/${await user(w, app)}/groups`, { body: { group: 'staff' } })
    assert.deepEqual(await changesOf(), { group: { after: 'staff' } })
    await app.manage('/config/groups/staff', { method: 'DELETE' })
    assert.deepEqual(await changesOf(), { scopes: { before: ['write'] } })

    const token = 'a token that nobody reads'
    const hook = { url: 'https://hooks.example/in', verification_token: token, events: ['user.created'] }
    const { id } = (await app.manage('/webhooks', { body: hook })).body.webhook
    const [made] = await entriesOf(app)
    assert.deepEqual([made.target, made.changes.url], [{ webhookID: id }, { after: hook.url }])
    assert.equal(made.changes.verification_token, 'changed')
    await app.manage(`/webhooks/${id}/events`, { body: { event: 'user.deleted' } })
    assert.deepEqual(await changesOf(), {
      events: { before: ['user.created'], after: ['user.created', 'user.deleted'] },
    })
    await app.manage(`/webhooks/${id}`, { method: 'PATCH', body: { verification_token: `${token}!` } })
    assert.deepEqual(await changesOf(), { verification_token: 'changed' })
    await app.manage(`/webhooks/${id}`, { method: 'DELETE' })
    assert.deepEqual((await changesOf()).url, { before: hook.url })

    const { domain } = (await app.manage('/domains', { body: { domain: `${app.id}.shop.example` } })).body
    assert.deepEqual(await changesOf(), { domain: { after: domain.domain } })
    await app.manage(`/domains/${domain.id}`, { method: 'DELETE' })
    const [removed] = await entriesOf(app)
    assert.deepEqual(
      [removed.target, removed.changes],
      [{ domainID: domain.id }, { domain: { before: domain.domain } }],
    )
    assert.ok(!JSON.stringify(await entriesOf(app)).includes(token))
  })

  test(`${engine}: entries are found by actor, operation, target and time, page by page`, async () => {
    const app = await application(w)
    const [ada, bob] = [await user(w, app), await user(w, app)]
    await put(app, `/users/${ada}/status`, { status: 'inactive' })
    w.advance(DAY_MS)
    const since = new Date(w.deps.now()).toISOString()
    await put(app, `/users/${bob}/status`, { status: 'inactive' })
    await app.manage(`/users/${bob}`, { method: 'DELETE' })
    const second = await apiKey(w, app.id)
    await app.manage('/config/scopes', { body: { scope: 'read' }, headers: { authorization: `Bearer ${second}` } })
    assert.deepEqual(await operationsOf(app), ['createScope', 'deleteUser', 'updateStatus', 'updateStatus'])
    assert.deepEqual(await operationsOf(app, `?target=${bob}`), ['deleteUser', 'updateStatus'])
    assert.deepEqual(await operationsOf(app, '?operation=updateStatus&limit=1'), ['updateStatus'])
    const [{ actor }] = await entriesOf(app)
    assert.deepEqual(await operationsOf(app, `?actor=${actor}`), ['createScope'])
    assert.deepEqual((await entriesOf(app, `?since=${since}&target=${ada}`)).length, 0)
    assert.deepEqual((await operationsOf(app, `?since=${since}`)).length, 3)
    assert.deepEqual(
      (await entriesOf(app, `?until=${since}`)).map((one) => one.target.userID),
      [ada],
    )
    assert.equal((await entriesOf(app, '?until=9999-12-31T23:59:59Z')).length, 4)
    const paged: string[] = []
    for (let query = '?limit=2'; query !== ''; ) {
      const { entries, next } = (await app.manage(`/audit${query}`)).body
      paged.push(...entries.map((one: { operation: string }) => one.operation))
      query = next ? `?limit=2&after=${next}` : ''
    }
    assert.deepEqual(paged, await operationsOf(app))
    const first = await exported(app, '?limit=3')
    const rest = await exported(app, `?limit=3&after=${first.at(-1).id}`)
    assert.deepEqual([first.length, rest.length], [3, 1])
    assert.deepEqual(await exported(app, `?after=${rest.at(-1).id}`), [])
    for (const query of ['limit=0', 'limit=201', 'since=yesterday']) assertInvalid(await app.manage(`/audit?${query}`))
    assertInvalid(await app.manage('/audit/export?limit=201'), 'query.limit')
  })

  test(`${engine}: what was done to a user is found by the id, by whatever id the user was named`, async () => {
    const app = await application(w)
    const id = randomUUID()
    const identifiers = [{ type: 'email_address', value: 'named@example.com' }]
    const userID = (await app.manage('/users', { body: { id, identifiers } })).body.id
    assert.equal((await put(app, `/users/${id.toUpperCase()}/status`, { status: 'inactive' })).status, 200)
    assert.equal((await app.manage(`/users/${id}`, { method: 'DELETE' })).status, 204)
    const found = await entriesOf(app, `?target=${userID}`)
    assert.deepEqual(
      found.map(({ operation, target }) => [operation, target]),
      ['deleteUser', 'updateStatus', 'createUser'].map((operation) => [operation, { userID }]),
    )
  })

  test(`${engine}: what tokens come to say is told, and what was before`, async () => {
    const app = await application(w)
    await app.manage('/config/claims', { body: { mapping: { plan: 'free' } } })
    await put(app, '/config/claims', { mapping: { plan: 'gold' } })
    await app.manage('/config/claims', { method: 'DELETE' })
    const [removed, replaced, made] = (await entriesOf(app)).map(({ changes }) => changes)
    assert.deepEqual(made, { 'mapping.plan': { after: 'free' }, as_profile: { after: false } })
    assert.deepEqual(replaced, { 'mapping.plan': { before: 'free', after: 'gold' } })
    assert.deepEqual(removed['mapping.plan'], { before: 'gold' })
  })

  test(`${engine}: an export is a chain that anybody can check, over the days too`, async () => {
    const app = await application(w)
    for (let day = 0; day < 3; day++) {
      for (const scope of ['a', 'b']) {
        await app.manage('/config/scopes', { body: { scope } })
        await app.manage('/config/scopes', { method: 'DELETE', body: { scope } })
      }
      w.advance(DAY_MS)
    }
    const lines = await exported(app)
    assert.equal(lines.length, 12)
    assert.equal(new Set(lines.map(({ id }) => id.slice(0, 10))).size, 3)
    assert.deepEqual(
      lines.map(({ hash }) => hash),
      chainOf(lines),
    )
  })

  test(`${engine}: what is refused, and what is undone, leaves nothing`, async () => {
    const app = await application(w)
    await app.manage('/users', { body: { identifiers: [{ type: 'email_address', value: 'a@example.com' }] } })
    const before = await operationsOf(app)
    const again = { body: { identifiers: [{ type: 'email_address', value: 'a@example.com' }] } }
    assert.equal((await app.manage('/users', again)).status, 409)
    assert.equal((await app.manage('/users', { body: {} })).status, 400)
    assert.equal((await app.manage('/users/usr_nobody', { method: 'DELETE' })).status, 404)
    const weak = await apiKey(w, app.id, { permissions: ['users:read'] })
    const headers = { authorization: `Bearer ${weak}` }
    assert.equal((await app.manage('/config/scopes', { body: { scope: 'x' }, headers })).status, 403)
    assert.deepEqual(await operationsOf(app), before)
    assert.deepEqual(before, ['createUser'])
  })

  test(`${engine}: what changed nothing is there as well, when it was answered with success`, async () => {
    const app = await application(w)
    const id = await user(w, app)
    assert.deepEqual((await app.manage(`/users/${id}/sessions/invalidate`, { method: 'POST' })).body, { revoked: 0 })
    const [entry] = await entriesOf(app)
    assert.deepEqual([entry.operation, entry.target], ['invalidateUserSessions', { userID: id }])
    await app.manage('/users/batch_lookup', { body: { external_ids: ['x'] } })
    assert.equal((await entriesOf(app)).length, 1)
  })

  test(`${engine}: no secret, and nothing that a user is known by, is in the log`, async () => {
    const app = await application(w)
    const hidden = ['s3cret-of-oauth', 's3cret-of-provider', 's3cret-pepper-0001', 'correct horse 7', 'ada@example.com']
    const [client_secret = '', auth_token = '', pepper = '', password = '', address = ''] = hidden
    await app.manage('/config/login/oauth/google', { body: { client_id: 'one', client_secret } })
    await put(app, '/config/login/oauth/google', { client_id: 'two', client_secret: `${client_secret}-2` })
    const provider = {
      kind: 'twilio',
      channel: 'sms',
      options: { account_sid: `AC${'0'.repeat(32)}`, from: '+15005550006' },
    }
    const made = await app.manage('/config/messages/providers', { body: { ...provider, secrets: { auth_token } } })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    await put(app, `/config/messages/providers/${made.body.provider.id}`, {
      ...provider,
      secrets: { auth_token: `${auth_token}-2` },
    })
    await put(app, '/config/login/password/secrets/old', { kind: 'pepper', value: pepper })
    const identifiers = [{ type: 'email_address', value: address }]
    const { id } = (await app.manage('/users', { body: { identifiers, password, profile: { name: 'Ada L.' } } })).body
    await put(app, `/users/${id}/password`, { password: `${password} again` })
    await app.manage(`/users/${id}/profile`, { method: 'PATCH', body: { name: 'Ada Lovelace' } })
    const { management_key, key } = (await app.manage('/keys', { body: { name: 'leak' } })).body
    const rotated = await app.manage(`/keys/${key.id}/rotate`, { method: 'POST' })
    const text = JSON.stringify(await everything(w, app))
    for (const secret of [...hidden, 'Ada L', management_key, rotated.body.management_key, app.managementKey])
      assert.ok(!text.includes(secret), secret)
    const [{ changes }] = await entriesOf(app, '?operation=updateLoginOAuthConfig')
    assert.deepEqual(changes.client_id, { before: 'one', after: 'two' })
    const secrets = Object.entries(changes).filter(([, change]) => change === 'changed')
    assert.equal(secrets.length, 1, JSON.stringify(changes))
    const [user1] = await entriesOf(app, `?target=${id}&operation=createUser`)
    assert.deepEqual(user1.changes, { identifiers: 'changed', profile: 'changed', password: 'changed' })
    const [of] = await entriesOf(app, '?operation=createKey')
    assert.equal(of.target.keyID, key.id)
    assert.deepEqual(of.changes.name, { after: 'leak' })
  })

  test(`${engine}: what concerns the whole instance is a log of its own, for instance keys`, async () => {
    const operator = await instanceKey(w)
    const headers = { authorization: `Bearer ${operator}` }
    const id = `audited-${engine}`
    const made = await send(w, '/v2/session/apps', { body: { id, name: 'Audited' }, headers })
    assert.equal(made.status, 201)
    assert.equal((await send(w, `/v2/session/apps/${id}`, { method: 'DELETE', headers })).status, 204)
    const list = await send(w, '/v2/session/audit?limit=2', { headers })
    const [deleted, created] = list.body.entries
    assert.deepEqual([deleted.operation, deleted.target], ['deleteApplication', { appID: id }])
    assert.deepEqual([created.operation, created.target], ['createApplication', { appID: id }])
    assert.deepEqual(created.changes, { name: { after: 'Audited' }, mode: { after: 'prod' } })
    const found = await send(w, `/v2/session/audit/export?target=${id}`, { headers })
    assert.equal(found.body.trim().split('\n').length, 2)
    for (const path of ['/v2/session/audit', '/v2/session/audit/export']) {
      assertInvalid(await send(w, `${path}?limit=0`, { headers }), 'query.limit')
      const app = await application(w)
      const own = { authorization: `Bearer ${app.managementKey}` }
      assertDenied(await send(w, path, { headers: own }), 'invalid_api_token', 'unauthorized')
    }
  })

  test(`${engine}: the log goes by whole days, when it is old enough, and what is left goes on`, async () => {
    const app = await application(w)
    await scheduleJobs(w.deps, jobs)
    await app.manage('/settings', { method: 'PATCH', body: { settings: { audit: { retention_days: 7 } } } })
    w.advance(DAY_MS)
    await app.manage('/config/scopes', { body: { scope: 'a' } })
    w.advance(7 * DAY_MS)
    await app.manage('/config/scopes', { body: { scope: 'b' } })
    const before = await entriesOf(app)
    await w.drain()
    const after = await entriesOf(app)
    assert.deepEqual(after, before.slice(0, 2))
    w.advance(400 * DAY_MS)
    await w.drain()
    assert.deepEqual(await entriesOf(app), before.slice(0, 1))
  })
}
