import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, login, type TestApp, user } from '../../../test/builders.ts'
import { linkAccount } from '../../../test/house/federation.ts'
import { loadFile, imported as record } from '../../../test/house/imports.ts'
import { configure, hookKnows, migrate, moveOver, personOf } from '../../../test/house/legacy.ts'
import { passkeyConfig } from '../../../test/house/passkeys.ts'
import { givePassword, PASSWORD_CONFIG, passwordConfig } from '../../../test/house/passwords.ts'
import { imported } from '../../../test/house/proof.ts'
import { connect } from '../../../test/house/saml-connections.ts'
import { stages } from '../../../test/house/stages.ts'
import { insertIdentifierRows } from '../../core/identifiers/store.ts'
import { insertPasskey } from '../../core/passkeys/store/passkeys.ts'

const DAY_MS = 86_400_000

/** A passkey, as it is stored, of nobody yet. */
const PASSKEY = {
  credential_id: 'AAAAAAAAAAAAAAAAAAAAAA',
  rp_id: 'app.example.com',
  public_key: '',
  alg: -7,
  sign_count: 0,
  backup_eligible: 0,
  backup_state: 0,
  transports: '[]',
  aaguid: '',
  attestation_format: 'none',
  user_verified_at_registration: 1,
  nickname: null,
  created_at: 1,
  last_used_at: null,
  blocked_at: null,
}

async function reportOf(app: TestApp) {
  const { status, body } = await app.manage('/migration/report')
  assert.equal(status, 200, JSON.stringify(body))
  const { users } = body.report
  assert.equal(users.here + users.blocked + users.not_yet_here, users.total, 'everybody is somewhere')
  return body.report
}

const setStatus = async (app: TestApp, id: string, status: string) =>
  assert.equal((await app.manage(`/users/${id}/status`, { method: 'PUT', body: { status } })).status, 200)

async function change(app: TestApp, method: string, path: string, body: object): Promise<void> {
  const answer = await app.manage(path, { method, body })
  assert.ok(answer.status < 300, JSON.stringify(answer.body))
}

for (const { engine, w } of await stages()) {
  const comes = async (app: TestApp, externalId: string) => {
    hookKnows(w, personOf(externalId, `${externalId}@example.com`))
    return (await moveOver(w, app)).userId
  }

  test(`${engine}: whoever is deleted, blocked and restored since is counted once, and holds nothing up`, async () => {
    const app = await application(w)
    await configure(app)
    await change(app, 'PATCH', '/settings', { settings: { proof: { legacy_users: 5 } } })
    const ids = await imported(w, app, { amy: 1, bob: 1, cho: 1, dee: 1, eli: 1 })
    for (const one of ['amy', 'bob', 'cho', 'dee']) await comes(app, one)
    assert.equal((await reportOf(app)).users.here, 4)

    assert.equal((await app.manage(`/users/${ids.amy}`, { method: 'DELETE' })).status, 204)
    const without = await reportOf(app)
    assert.deepEqual([without.verdict, without.users.here, without.users.not_yet_here], ['yes', 3, 2])
    assert.match(without.cannot_say.join(), /What became of 1 person of the total/)

    await setStatus(app, ids.bob as string, 'inactive')
    await setStatus(app, ids.eli as string, 'inactive')
    hookKnows(w, personOf('bob', 'bob@example.com'))
    assert.equal((await migrate(app)).status, 400)
    const blocked = await reportOf(app)
    assert.deepEqual(blocked.sessions.refused, { user_blocked: 1 })
    assert.deepEqual([blocked.verdict, blocked.users.here, blocked.users.blocked], ['yes', 3, 1])
    assert.deepEqual(blocked.left_behind, { count: 0, activity_unknown: 0 })

    await setStatus(app, ids.bob as string, 'active')
    await setStatus(app, ids.eli as string, 'active')
    await comes(app, 'bob')
    const restored = await reportOf(app)
    assert.deepEqual([restored.verdict, restored.users.here, restored.users.blocked], ['yes', 3, 0])
    assert.deepEqual(restored.left_behind, { count: 1, activity_unknown: 0 })

    // The legacy system still has her, and no file: she is somebody new.
    const again = await comes(app, 'amy')
    const unknown = await reportOf(app)
    assert.deepEqual([unknown.verdict, unknown.unknown_here, unknown.users.here], ['no', 1, 4])
    assert.equal((await app.manage(`/users/${again}`, { method: 'DELETE' })).status, 204)
    assert.equal((await reportOf(app)).unknown_here, 0)
  })

  test(`${engine}: whoever was here before, came over, and is in two files is one person`, async () => {
    const app = await application(w)
    await configure(app)
    const zoe = await user(w, app, { email: 'zoe@example.com' })
    await login(w, app, zoe)
    const counted = async () => {
      const { users, unknown_here, verdict } = await reportOf(app)
      return [verdict, users.total, users.here, users.signed_up_here, unknown_here]
    }
    await loadFile(w, app, [record('bob')], { dry_run: true })
    assert.equal((await app.manage('/migration/report')).body.report.users.signed_up_here, 1)
    await loadFile(w, app, [record('bob')])
    assert.deepEqual(await counted(), ['unclear', 1, 0, 1, 0], 'nobody has brought a session')
    assert.equal(await comes(app, 'zoe'), zoe)
    assert.deepEqual(await counted(), ['no', 2, 1, 0, 1], 'her account is the one of a person whom no file has')
    const { outcomes } = await loadFile(w, app, [record('bob'), record('zoe')])
    assert.deepEqual(outcomes, { unchanged: 2 })
    assert.deepEqual(await counted(), ['yes', 2, 1, 0, 0])
    await loadFile(w, app, [record('bob'), record('zoe')])
    assert.deepEqual(await counted(), ['yes', 2, 1, 0, 0])
    assert.deepEqual((await reportOf(app)).users.by_way, { test: 1 })

    const last_seen_at = new Date(w.deps.now()).toISOString()
    assert.equal((await reportOf(app)).left_behind.count, 0, 'nobody knows')
    const third = await loadFile(w, app, [record('bob', { last_seen_at }), record('zoe', { last_seen_at })])
    assert.deepEqual(third.outcomes, { unchanged: 2 })
    assert.deepEqual((await reportOf(app)).left_behind, { count: 1, activity_unknown: 0 }, 'a later file knows')
    const older = record('bob', { last_seen_at: '2020-01-02T03:04:05.000Z', profile: { name: 'Bob' } })
    assert.deepEqual((await loadFile(w, app, [older])).outcomes, { updated: 1 })
    assert.equal((await reportOf(app)).left_behind.count, 1, 'an older one does not know better')
  })

  test(`${engine}: while anybody active has only the old system to log in by, it is still needed`, async () => {
    const app = await application(w)
    await configure(app)
    const ids = await imported(w, app, { amy: 1, bob: 1, cho: 40, dee: null })
    await comes(app, 'amy')
    const lockedOut = async () => {
      const { verdict, locked_out } = await reportOf(app)
      const { users } = (await app.manage('/migration/locked_out')).body
      assert.equal(users.length, locked_out.count + locked_out.activity_unknown)
      const who = users.map((one: { external_id: string }) => one.external_id).sort()
      return [verdict, who.join(' ')]
    }
    assert.deepEqual(await lockedOut(), ['yes', ''])

    const bob = { identifier: { type: 'email_address', value: 'bob@example.com' } }
    const row = { app_id: app.id, user_id: ids.bob as string, ...bob.identifier, last_proven_at: null } as const
    const unproven = { ...row, type: 'email_address', verified_at: null, created_at: 1 } as const
    await change(app, 'DELETE', `/users/${ids.bob}/identifiers`, bob)
    await w.deps.transact((tx) => insertIdentifierRows(tx, [unproven]))
    assert.deepEqual(await lockedOut(), ['no', 'bob'], 'a code to an address that is not proven opens nothing')
    await change(app, 'POST', `/users/${ids.bob}/identifiers`, bob)
    assert.deepEqual(await lockedOut(), ['yes', ''])

    await change(app, 'POST', '/config/login/otp', { channel_type: 'sms' })
    assert.deepEqual(await lockedOut(), ['no', 'amy bob dee'], 'nobody has a number')
    await change(app, 'POST', `/users/${ids.amy}/identifiers`, {
      identifier: { type: 'phone_number', value: '+34612345678' },
    })
    assert.deepEqual(await lockedOut(), ['no', 'bob dee'])
    await givePassword(app, ids.bob as string)
    assert.deepEqual(await lockedOut(), ['no', 'bob dee'], 'a password is none while nobody logs in by one')
    await change(app, 'POST', PASSWORD_CONFIG, passwordConfig())
    assert.deepEqual(await lockedOut(), ['unclear', 'dee'])

    await change(app, 'DELETE', `/users/${ids.bob}/identifiers`, bob)
    assert.deepEqual(await lockedOut(), ['no', 'bob dee'], 'a password without an address')
    await setStatus(app, ids.bob as string, 'inactive')
    assert.deepEqual(await lockedOut(), ['unclear', 'dee'])
    await setStatus(app, ids.bob as string, 'active')
    await w.deps.transact((tx) => insertIdentifierRows(tx, [unproven]))
    assert.deepEqual(await lockedOut(), ['unclear', 'dee'], 'with the password it takes one code')
    const proven = { ...unproven, user_id: ids.cho as string, verified_at: 1 }
    await w.deps.transact((tx) => insertIdentifierRows(tx, [proven]))
    assert.deepEqual(await lockedOut(), ['no', 'bob dee'], 'an address that is somebody else’s')

    const passkey = { ...PASSKEY, app_id: app.id, user_id: ids.bob as string }
    await w.deps.transact((tx) => insertPasskey(tx, passkey))
    for (const [login_enabled, expected] of [
      [false, ['no', 'bob dee']],
      [true, ['unclear', 'dee']],
    ] as const) {
      await change(app, 'PUT', '/config/passkey', passkeyConfig({ login_enabled }))
      assert.deepEqual(await lockedOut(), expected, 'a passkey, where passkeys log in')
    }
    await change(app, 'PUT', '/config/passkey', passkeyConfig({ rp_id: 'example.com' }))
    assert.deepEqual(await lockedOut(), ['no', 'bob dee'], 'one of another domain')

    w.advance(31 * DAY_MS)
    await comes(app, 'cho')
    assert.deepEqual(await lockedOut(), ['no', 'bob cho'], 'who was not seen for a month is not active')
  })

  test(`${engine}: whoever must come by their company’s connection has a way in by nothing else`, async () => {
    const app = await application(w)
    await configure(app)
    const ids = await imported(w, app, { amy: 1, bob: 1 })
    await comes(app, 'amy')
    const lockedOut = async () => {
      await reportOf(app)
      const { users } = (await app.manage('/migration/locked_out')).body
      return users.map((one: { external_id: string }) => one.external_id).sort()
    }
    const behavior = { email_domain_allowlist: ['example.com'], enforce_login: true, allow_email_account_merge: false }
    const connection = await connect(w, app, { behavior })
    assert.deepEqual(await lockedOut(), ['amy', 'bob'], 'with an address that the connection gives to nobody')
    await linkAccount(w, app, ids.amy as string, connection.id, '1', 'amy@example.com')
    assert.deepEqual(await lockedOut(), ['bob'])
    await connection.set({ behavior: { allow_email_account_merge: true } })
    assert.deepEqual(await lockedOut(), [], 'the next login links the account')
    await connection.set({ behavior })
    const other = await connect(w, app, { behavior })
    assert.deepEqual(await lockedOut(), [], 'a domain of two connections is enforced by none')
    await other.set({ behavior: { email_domain_allowlist: [] } })
    await linkAccount(w, app, ids.bob as string, other.id, '2')
    assert.deepEqual(await lockedOut(), ['bob'], 'another company’s connection takes them no more')
    await other.set({ enabled: false })
    assert.deepEqual(await lockedOut(), ['bob'])
    await connection.set({ behavior: { enforce_login: false } })
    assert.deepEqual(await lockedOut(), [])
  })
}
