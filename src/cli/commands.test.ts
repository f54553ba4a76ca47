import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { application, login, REFRESH, user } from '../../test/builders.ts'
import { remoteOf } from '../../test/cli/remote.ts'
import { waysOf } from '../../test/house/imports.ts'
import { ENGINES, world } from '../../test/world.ts'
import { rfc3339 } from '../platform/clock.ts'
import { listJobs } from '../platform/jobs/store.ts'
import { readKeyFlags, readRotation } from './key-flags.ts'
import { createInstanceKey, findHolder, listInstanceKeys, revokeInstanceKey, rotateInstanceKey } from './keys.ts'
import type { Outcome } from './outcome.ts'
import { findOne } from './users.ts'

/** What a command answers to machines. */
function jsonOf(outcome: Outcome) {
  assert.equal(outcome.kind, 'done', JSON.stringify(outcome))
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test asserts
  return (outcome as { json: any }).json
}

const plainOf = (outcome: Outcome) => (outcome.kind === 'done' ? outcome.plain : assert.fail(JSON.stringify(outcome)))
const reasonOf = (outcome: Outcome) =>
  outcome.kind === 'refused' || outcome.kind === 'misused' ? outcome.reason : assert.fail(JSON.stringify(outcome))

for (const engine of ENGINES) {
  describe(engine, async () => {
    const w = await world(engine)
    const { deps } = w
    const { json, plain, refusal } = await remoteOf(w)
    const bearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } })

    test('an application is created with a management key that works, listed and deleted', async () => {
      const made = await json('apps', 'create', 'shop', '--name', 'The shop')
      assert.deepEqual(Object.keys(made), ['app_id', 'management_key'])
      assert.equal(made.app_id, 'shop')

      const app = await application(w)
      const path = '/v2/session/apps/shop'
      const call = (key: string) => app.call(path, bearer(key))
      const answer = await call(made.management_key)
      assert.equal(answer.status, 200)
      assert.equal(answer.body.application.name, 'The shop')
      assert.equal(answer.body.application.mode, 'prod')

      const listed = (await json('apps', 'list', '--limit', '500')).find(
        (row: { app_id: string }) => row.app_id === 'shop',
      )
      assert.equal(listed.name, 'The shop')
      await json('apps', 'origins', 'shop', '--publish', 'https://auth.shop.example')
      assert.match(
        await plain('apps', 'list', '--limit', '500'),
        /^shop +The shop +prod +\S+Z +https:\/\/auth\.shop\.example$/m,
      )

      assert.match(
        await refusal('apps', 'delete', 'shop'),
        /application shop.*: nobody is here to be asked; say --yes$/,
      )
      assert.equal((await call(made.management_key)).status, 200)
      assert.deepEqual(await json('apps', 'delete', 'shop', '--yes'), { app_id: 'shop' })
      w.advance(2_000)
      assert.equal((await call(made.management_key)).status, 404)
      const jobs = await listJobs(deps.db)
      assert.ok(jobs.some((job) => job.kind === 'applications/erase' && job.app_id === 'shop'))
      assert.match(await refusal('apps', 'delete', 'shop', '--yes'), /\(404 not_found\)$/)
      assert.match(await refusal('apps', 'create', 'shop'), /\(409 application_already_exists\)$/)
    })

    test('an application is named after its id unless told otherwise, and its id is one DNS label', async () => {
      assert.match(
        await plain('apps', 'create', 'plain', '--mode', 'dev'),
        /^Application plain is made\.\nManagement key, /,
      )
      const rows = await json('apps', 'list', '--limit', '500')
      assert.equal(rows.find((row: { app_id: string }) => row.app_id === 'plain').name, 'plain')
      assert.match(await plain('apps', 'list', '--limit', '1'), /^There is more: --after \S+$/m)
      for (const id of ['Shop', 'a.b', 'a_b', 'x'.repeat(33)]) {
        assert.match(await refusal('apps', 'create', id), /body\.id: is no DNS label/)
      }
    })

    test('a key of an application manages it and no other, until it is revoked', async () => {
      const app = await application(w)
      const other = await application(w)
      w.advance(1)
      const of = ['--app', app.id]
      const made = await json('keys', 'create', ...of, '--name', 'deploy')
      assert.deepEqual([made.app_id, made.name, await findHolder(deps, made.key_id)], [app.id, 'deploy', app.id])
      const use = (id: string) => app.call(`/v2/session/apps/${id}`, bearer(made.management_key))
      assert.equal((await use(app.id)).status, 200)
      assert.equal((await use(other.id)).status, 404)

      const listed = await json('keys', 'list', ...of)
      assert.deepEqual(
        listed.map((row: { name: string }) => row.name),
        ['first', 'deploy'],
      )
      assert.ok(!JSON.stringify(listed).includes(made.management_key))
      assert.match(await plain('keys', 'list', ...of), new RegExp(`^${made.key_id}  deploy`, 'm'))

      assert.match(await refusal('keys', 'revoke', made.key_id, ...of), /nobody is here to be asked; say --yes$/)
      const revoke = ['keys', 'revoke', made.key_id, '--yes']
      assert.match(await refusal(...revoke, '--app', other.id), /\(404 not_found\)$/)
      assert.equal((await use(app.id)).status, 200)
      assert.deepEqual(await json(...revoke, ...of), { key_id: made.key_id })
      assert.equal((await use(app.id)).status, 401)
      assert.match(await refusal(...revoke, ...of), /\(404 not_found\)$/)
      assert.equal(await findHolder(deps, made.key_id), undefined)
    })

    test('a key of the instance manages every application', async () => {
      const app = await application(w)
      const made = jsonOf(await createInstanceKey(deps, { name: 'ops' }))
      assert.deepEqual([made.app_id, await findHolder(deps, made.key_id)], [null, ''])
      assert.equal((await app.call(`/v2/session/apps/${app.id}`, bearer(made.management_key))).status, 200)
      const names = async () => jsonOf(await listInstanceKeys(deps)).map((row: { name: string }) => row.name)
      assert.ok((await names()).includes('ops'))
      assert.equal(jsonOf(await revokeInstanceKey(deps, made.key_id)).key_id, made.key_id)
      assert.ok(!(await names()).includes('ops'))
      assert.match(reasonOf(await revokeInstanceKey(deps, made.key_id)), /no live key/)
    })

    test('a key is made within limits, and is rotated: both work for a while', async () => {
      const app = await application(w)
      const of = ['--app', app.id]
      const limits = ['--permissions', 'users:read, users:write', '--networks', '10.0.0.0/8,127.0.0.1']
      const made = await json('keys', 'create', ...of, '--name', 'narrow', ...limits, '--expires', '2099-01-01')
      assert.match(made.management_key, /^ak_dev_[\w-]{43}$/)
      assert.deepEqual(made.permissions, ['users:read', 'users:write'])
      assert.deepEqual(made.allowed_networks, ['10.0.0.0/8', '127.0.0.1'])
      assert.equal(made.expires_at, '2099-01-01T00:00:00Z')
      assert.match(made.created_by, /^instance_key:/)
      const use = async (key: string, path = '/users') =>
        (await app.call(`/v2/session/apps/${app.id}${path}`, bearer(key))).status
      assert.deepEqual([await use(made.management_key), await use(made.management_key, '/events')], [200, 403])

      const rotate = ['keys', 'rotate', made.key_id, ...of, '--overlap-hours', '2']
      const rotated = await json(...rotate)
      assert.deepEqual([rotated.name, rotated.permissions], ['narrow', made.permissions])
      assert.deepEqual([rotated.expires_at, rotated.previous.replaced_by], [made.expires_at, rotated.key_id])
      assert.equal(rotated.previous.expires_at, rfc3339(deps.now() + 2 * 3_600_000))
      assert.deepEqual([await use(made.management_key), await use(rotated.management_key)], [200, 200])
      assert.match(await refusal(...rotate), /\(409 key_already_rotated\)$/)
      w.advance(2 * 3_600_000)
      assert.deepEqual([await use(made.management_key), await use(rotated.management_key)], [401, 200])
      assert.match(await plain('keys', 'list', ...of), /10\.0\.0\.0\/8 127\.0\.0\.1 +users:read users:write$/m)
    })

    test('a key of the instance is rotated, once', async () => {
      const app = await application(w)
      const use = async (key: string) => (await app.call(`/v2/session/apps/${app.id}`, bearer(key))).status
      const made = jsonOf(await createInstanceKey(deps, { name: 'ops' }))
      assert.match(made.management_key, /^ak_live_/)
      const times = { overlapMs: 0, expiresAt: deps.now() + 12 * 3_600_000 }
      const next = jsonOf(await rotateInstanceKey(deps, made.key_id, times))
      assert.deepEqual([await use(made.management_key), await use(next.management_key)], [401, 200])
      assert.equal(next.expires_at, rfc3339(times.expiresAt))
      const later = { overlapMs: 1, expiresAt: undefined }
      assert.equal((await rotateInstanceKey(deps, next.key_id, later)).kind, 'done')
      assert.match(reasonOf(await rotateInstanceKey(deps, next.key_id, later)), /rotated already/)
    })

    test('limits that make no sense are refused', async () => {
      const app = await application(w)
      const create = (...flags: string[]) => refusal('keys', 'create', '--app', app.id, ...flags)
      assert.match(await create('--permissions', 'users:read,users:fly'), /no permission users:fly: /)
      assert.match(await create('--networks', '10.0.0.0/8,here'), /here is no address/)
      assert.match(await create('--networks', '0.0.0.0/0'), /one network/)
      for (const expires of [
        'soon',
        '0d',
        '2020-01-01',
        '2020-01-01T00:00:00Z',
        '99999999d',
        '9999-12-31T23:59:59-01:00',
      ])
        assert.match(await create('--expires', expires), /--expires takes/, expires)
      assert.deepEqual(readKeyFlags({ expires: '90d' }, 1), {
        permissions: undefined,
        allowedNetworks: undefined,
        expiresAt: 1 + 90 * 86_400_000,
      })
      assert.deepEqual(readRotation({ overlapHours: '2', expires: '12h' }, 1), {
        overlapMs: 2 * 3_600_000,
        expiresAt: 1 + 12 * 3_600_000,
      })
      const rotate = (...flags: string[]) => refusal('keys', 'rotate', 'key_1', '--app', app.id, ...flags)
      for (const hours of ['x', '721']) assert.match(await rotate('--overlap-hours', hours), /--overlap-hours takes/)
      assert.match(await rotate('--expires', '1x'), /--expires takes/)
      assert.match(await rotate(), /\(404 not_found\)$/)
    })

    test('whose keys are meant must be said, once, and those of the instance are of the database alone', async () => {
      for (const holder of [[], ['--app', 'x', '--instance']]) {
        assert.match(await refusal('keys', 'list', ...holder), /either --app <id> or --instance/)
        assert.match(await refusal('keys', 'create', ...holder), /either --app <id> or --instance/)
      }
      assert.match(await refusal('keys', 'create', '--app', 'nowhere'), /\(404 not_found\)$/)
      for (const does of ['create', 'list']) {
        assert.match(
          await refusal('keys', does, '--instance'),
          new RegExp(`^antiphon: keys ${does} --instance works on the database alone: .* without --url$`),
        )
      }
      assert.match(await refusal('keys', 'rotate', 'key_1'), /^antiphon: say of which application the key is: --app/)
      assert.match(await refusal('keys', 'revoke', 'key_1', '--yes'), /--app <id>/)
    })

    test('a user is found by e-mail address, phone number, external id, internal id and id, in any spelling', async () => {
      const app = await application(w)
      const id = await user(w, app, {
        email: 'ada@example.com',
        phone: '+33612345678',
        externalId: 'legacy-7',
        scopes: ['read'],
        profile: { first_name: 'Ada' },
      })
      const made = { identifiers: [{ type: 'email_address', value: 'eve@example.com' }] }
      const uuid = '7D444840-9DC0-11D1-B245-5FFDCE74FAD2'
      await app.manage('/users', { body: { ...made, id: uuid } })
      const eve = jsonOf(await findOne(await waysOf(w), app.id, { internalId: uuid }))
      assert.deepEqual([eve.internal_id, eve.status], [uuid.toLowerCase(), 'active'])
      await app.manage(`/users/${eve.id}/status`, { method: 'PUT', body: { status: 'inactive' } })
      const plainEve = plainOf(await findOne(await waysOf(w), app.id, { id: eve.id }))
      assert.match(plainEve, /^Status +inactive$/m)
      assert.match(plainEve, /^Internal id +7d444840-/m)
      const queries = [
        { email: ' Ada@Example.com' },
        { phone: '+33 6 12 34 56 78' },
        { externalId: 'legacy-7' },
        { id },
      ]
      for (const query of queries) {
        const found = jsonOf(await findOne(await waysOf(w), app.id, query))
        assert.equal(found.id, id)
        assert.equal(found.external_id, 'legacy-7')
        assert.deepEqual(found.scopes, ['read'])
        assert.deepEqual(found.identifiers, [
          { type: 'email_address', value: 'ada@example.com', verified: true },
          { type: 'phone_number', value: '+33612345678', verified: true },
        ])
      }
      const plain = plainOf(await findOne(await waysOf(w), app.id, { id }))
      assert.match(plain, /^Identifier +ada@example\.com$/m)
      assert.match(plain, /^External id +legacy-7$/m)
    })

    test('a user of another application, a query of no sense or two, and an unknown user are refused', async () => {
      const app = await application(w)
      const other = await application(w)
      const id = await user(w, other)
      assert.match(reasonOf(await findOne(await waysOf(w), app.id, { id })), /has no such user/)
      assert.match(reasonOf(await findOne(await waysOf(w), app.id, { email: 'ada' })), /no e-mail address/)
      assert.match(reasonOf(await findOne(await waysOf(w), app.id, {})), /say by what/)
      assert.match(reasonOf(await findOne(await waysOf(w), app.id, { id, email: 'ada@example.com' })), /say by what/)
      assert.match(reasonOf(await findOne(await waysOf(w), 'nowhere', { id })), /no application nowhere/)
      assert.match(await refusal('users', 'sessions', id, '--app', app.id), /\(404 not_found\)$/)
      assert.match(await refusal('users', 'revoke-sessions', id, '--app', app.id, '--yes'), /\(404 not_found\)$/)
    })

    test('events of an application are listed, newest first, by type and by user', async () => {
      const app = await application(w)
      assert.equal(await plain('events', 'list', app.id), 'There is no event.')
      const [one, other] = [await user(w, app), await user(w, app)]
      w.advance(1)
      await login(w, app, one)
      const rows = await json('events', 'list', app.id, '--limit', '2')
      assert.equal(rows.length, 2)
      assert.deepEqual([rows[0].type, rows[0].payload.user_id], ['user.session.created', one])
      const created = await json('events', 'list', app.id, '--type', 'user.created', '--user', other)
      assert.deepEqual([created.length, created[0].payload.user_id], [1, other])
      assert.match(
        await plain('events', 'list', app.id, '--limit', '1'),
        new RegExp(`Z {2}user.session.created {2}.*${one}.*\\nThere is more: --after`),
      )
      assert.match(await refusal('events', 'list', app.id, '--limit', '501'), /query\.limit/)
      assert.match(await refusal('events', 'list', app.id, '--type', 'x'), /query\.type: /)
      assert.match(await refusal('events', 'list', 'nowhere'), /\(404 not_found\)$/)
    })

    test('a user’s sessions are listed and revoked; a refresh is refused from then on', async () => {
      const app = await application(w)
      const id = await user(w, app)
      const clients = [await login(w, app, id), await login(w, app, id, 'cookie')]
      const ids = clients.map((client) => client.sessionId)
      const of = ['--app', app.id]
      const listed = await json('users', 'sessions', id, ...of)
      assert.deepEqual(listed.map((row: { id: string }) => row.id).sort(), ids.toSorted())
      assert.match(await plain('users', 'sessions', id, ...of), new RegExp(`^${ids[0]}  `, 'm'))

      assert.match(await refusal('users', 'revoke-sessions', id, ...of), /nobody is here to be asked; say --yes$/)
      assert.deepEqual(await json('users', 'revoke-sessions', id, ...of, '--yes'), { user_id: id, revoked: 2 })
      for (const client of clients) assert.equal((await client.post(REFRESH)).status, 401)
      assert.equal(await plain('users', 'sessions', id, ...of), 'There is no live session.')
      assert.equal(await plain('users', 'revoke-sessions', id, ...of, '--yes'), '0 sessions are revoked.')
    })
  })
}
