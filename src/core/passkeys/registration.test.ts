import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grant, type TestApp } from '../../../test/builders.ts'
import { type AttestationLie, attestBy, authenticator, coseOf } from '../../../test/house/authenticator.ts'
import { issue } from '../../../test/house/certificates.ts'
import {
  begunRegistration,
  type PasskeyApp,
  passkeyLogin,
  passkeyRow,
  rewritePasskey,
  signedIn,
  withPasskey,
  withPasskeys,
} from '../../../test/house/passkeys.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { rfc3339, unixSeconds } from '../../platform/clock.ts'
import { passkeyView } from './passkey.ts'
import { PASSKEY_SCOPE } from './registration.ts'
import { deleteOwnPasskey } from './removal.ts'
import { countOrphans, insertPasskey, listPasskeys } from './store/passkeys.ts'
import { openToken, TOKEN_LIFETIME_MS } from './token.ts'

for (const { engine, w } of await stages()) {
  const registeredEvents = (app: TestApp) => eventsOf(w, app, 'user.passkey.registered')
  const remove = (it: PasskeyApp, { userId, sessionId }: { userId: string; sessionId: string }, credentialId: string) =>
    w.deps.transact((tx) => deleteOwnPasskey(tx, w.deps, it.record, { userId, sessionId, credentialId }))

  test(`${engine}: a passkey is registered once, with a name, an event, a notice and the scope`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it, { email: 'ana@example.com' })
    await grant(w, it.app, client, PASSKEY_SCOPE)
    const one = authenticator({ counter: 4, transports: ['usb', 'nfc'], flags: { be: true } })
    const { publicKey, finish } = await begunRegistration(it, client, 'Phone')
    assert.deepEqual(publicKey.user.id, Buffer.from(client.userId).toString('base64url'))
    assert.equal(publicKey.authenticatorSelection?.residentKey, 'required')
    const outcome = await finish(one.register(publicKey))
    assert.ok(outcome.kind === 'registered' && outcome.isNew)
    const credential = { credential_id: one.id, nickname: 'Phone', transports: ['nfc', 'usb'], backup_state: false }
    const { passkey } = outcome
    assert.deepEqual(passkeyView(passkey), { ...credential, created_at: unixSeconds(w.deps.now()) })
    assert.deepEqual([passkey.sign_count, passkey.backup_eligible, passkey.alg], [5, 1, -7])
    assert.deepEqual({ ...(await passkeyRow(it, client, one.id)) }, passkey)
    const { userId: user_id, sessionId: session_id } = client
    assert.deepEqual(await registeredEvents(it.app), [
      { user_id, session_id, credential, registered_at: rfc3339(w.deps.now()) },
    ])
    await w.drain()
    assert.match((await it.app.manage('/mailbox')).body.mail[0].text, /A passkey was added/)
    const next = await begunRegistration(it, client)
    assert.deepEqual(next.publicKey.excludeCredentials, [
      { id: one.id, type: 'public-key', transports: ['nfc', 'usb'] },
    ])
    const refused = await next.finish(authenticator().register(next.publicKey))
    assert.deepEqual(refused, { kind: 'insufficient_scope' })
  })

  for (const grants of [1, 2]) {
    test(`${engine}: 6 of sixteen answers with one token and ${grants} grants one registers, and all learn of the same passkey`, async () => {
      const it = await withPasskeys(w)
      const client = await signedIn(it)
      for (let i = 0; i < grants; i++) await grant(w, it.app, client, PASSKEY_SCOPE)
      const { publicKey, finish } = await begunRegistration(it, client)
      const answer = authenticator().register(publicKey)
      const outcomes = await Promise.all(Array.from({ length: 16 }, () => finish(answer)))
      for (const outcome of outcomes) assert.ok(outcome.kind === 'registered' && outcome.isNew, JSON.stringify(outcome))
      assert.equal((await registeredEvents(it.app)).length, 1)
      const left = await begunRegistration(it, client)
      const { kind } = await left.finish(authenticator().register(left.publicKey))
      assert.equal(kind, grants === 1 ? 'insufficient_scope' : 'registered', 'one grant is spent')
    })
  }

  test(`${engine}: 5 a used token is good for the same answer for a minute, without a scope, and for no other`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    await grant(w, it.app, client, PASSKEY_SCOPE)
    const { publicKey, finish } = await begunRegistration(it, client)
    const answer = authenticator().register(publicKey)
    const first = await finish(answer)
    w.advance(59_999)
    assert.deepEqual(structuredClone(await finish(answer)), first)
    assert.deepEqual(await finish(authenticator().register(publicKey)), { kind: 'reused' })
    w.advance(1)
    assert.deepEqual(await finish(answer), { kind: 'reused' })
  })

  test(`${engine}: 1 2 3 without a scope of this session, or by another session or user, nothing is registered`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    const { publicKey, finish } = await begunRegistration(it, client)
    const answer = authenticator().register(publicKey)
    assert.deepEqual(await finish(answer), { kind: 'insufficient_scope' })
    const other = await signedIn(it)
    await grant(w, it.app, other, PASSKEY_SCOPE)
    assert.deepEqual(await finish(answer, other), { kind: 'mismatch' })
    assert.deepEqual(await finish(answer, { ...client, sessionId: other.sessionId }), { kind: 'mismatch' })
    assert.deepEqual(await finish(answer, { ...client, userId: other.userId }), { kind: 'mismatch' })
    assert.deepEqual(await finish(answer), { kind: 'insufficient_scope' })
    assert.deepEqual(await listPasskeys(w.deps.db, it.app.id, [client.userId, other.userId]), [])
  })

  test(`${engine}: 3 4 a registration token lives five minutes, in its application, for a registration`, async () => {
    const it = await withPasskeys(w)
    const { registrationToken } = await begunRegistration(it, await signedIn(it))
    const open = (appId: string, kind: 'registration' | 'login') =>
      openToken(w.deps, appId, kind, registrationToken).kind
    assert.deepEqual([open(it.app.id, 'login'), open('other', 'registration')], ['invalid', 'invalid'])
    w.advance(TOKEN_LIFETIME_MS - 1)
    assert.equal(open(it.app.id, 'registration'), 'valid')
    w.advance(1)
    assert.equal(open(it.app.id, 'registration'), 'expired')
  })

  test(`${engine}: an answer that is refused costs neither token nor scope`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    await grant(w, it.app, client, PASSKEY_SCOPE)
    const { publicKey, finish } = await begunRegistration(it, client)
    const one = authenticator()
    assert.equal((await finish(one.register(publicKey, { flags: { up: false } }))).kind, 'refused')
    assert.equal((await finish(one.register(publicKey))).kind, 'registered')
  })

  test(`${engine}: 20 a credential of another user, or of another key, is refused and costs no scope; 21 one’s own is found again`, async () => {
    const it = await withPasskeys(w)
    const [client, other] = [await signedIn(it), await signedIn(it)]
    const one = await withPasskey(it, client)
    for (const thief of [other, client]) {
      await grant(w, it.app, thief, PASSKEY_SCOPE)
      const { publicKey, finish } = await begunRegistration(it, thief)
      const cose = coseOf(authenticator().publicKey, 'ES256')
      const lie = thief === client ? { cose } : {}
      assert.equal((await finish(one.register(publicKey, lie))).kind, 'refused')
    }
    const { publicKey, finish } = await begunRegistration(it, client, 'Again')
    const again = await finish(one.register(publicKey))
    assert.ok(again.kind === 'registered' && !again.isNew)
    assert.equal(again.passkey.nickname, null)
    assert.equal((await registeredEvents(it.app)).length, 1)
    const next = await begunRegistration(it, client)
    const spent = await next.finish(authenticator().register(next.publicKey))
    assert.equal(spent.kind, 'insufficient_scope', 'the scope is spent')
  })

  test(`${engine}: 23 a user has fifty passkeys at most`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    const one = await withPasskey(it, client)
    const row = await passkeyRow(it, client, one.id)
    await w.deps.transact(async (tx) => {
      for (let i = 1; i < 50; i++) await insertPasskey(tx, { ...row, credential_id: `other-${i}` })
    })
    await grant(w, it.app, client, PASSKEY_SCOPE)
    const { publicKey, finish } = await begunRegistration(it, client)
    const fresh = authenticator()
    assert.deepEqual(await finish(fresh.register(publicKey)), { kind: 'too_many' })
    assert.equal(await remove(it, client, 'other-1'), 'removed')
    assert.equal((await finish(fresh.register(publicKey))).kind, 'registered')
  })

  test(`${engine}: the last way in stays; a passkey that logs nobody in may always go`, async () => {
    const it = await withPasskeys(w, {}, { mode: 'prod' })
    const client = await signedIn(it)
    const [one, other] = [await withPasskey(it, client), await withPasskey(it, client)]
    assert.equal(await remove(it, client, 'unknown'), 'unknown')
    assert.equal(await remove(it, await signedIn(it), one.id), 'unknown')
    assert.equal(await remove(it, client, one.id), 'removed')
    assert.equal(await remove(it, client, other.id), 'last')
    await rewritePasskey(it, other.id, { rp_id: 'example.com' })
    assert.equal(await countOrphans(w.deps.db, it.app.id, it.config.rp_id), 1)
    assert.equal(await remove(it, client, other.id), 'removed')
    assert.deepEqual(await listPasskeys(w.deps.db, it.app.id, [client.userId]), [])
    const [event] = await eventsOf(w, it.app, 'user.passkey.deleted')
    const { userId: user_id, sessionId: session_id } = client
    const credential = { credential_id: one.id, transports: ['internal'], backup_state: false }
    assert.deepEqual(event, { user_id, session_id, credential, deleted_at: rfc3339(w.deps.now()) })
  })

  test(`${engine}: with a code that can be sent, the last passkey may go, too`, async () => {
    const it = await withPasskeys(w, {}, { mode: 'prod' })
    const client = await signedIn(it, { email: 'ana@example.com' })
    const one = await withPasskey(it, client)
    assert.equal(await remove(it, client, one.id), 'last')
    await it.app.manage('/config/login/otp', { body: { channel_type: 'email' } })
    assert.equal(await remove(it, client, one.id), 'removed')
  })

  test(`${engine}: a deleted user's passkeys are gone, and the credential is free`, async () => {
    const it = await withPasskeys(w)
    const [client, next] = [await signedIn(it), await signedIn(it)]
    const one = await withPasskey(it, client)
    await it.app.manage(`/users/${client.userId}`, { method: 'DELETE' })
    assert.deepEqual(await listPasskeys(w.deps.db, it.app.id, [client.userId]), [])
    assert.equal((await passkeyLogin(it, one)).kind, 'refused')
    await grant(w, it.app, next, PASSKEY_SCOPE)
    const { publicKey, finish } = await begunRegistration(it, next)
    assert.equal((await finish(one.register(publicKey))).kind, 'registered')
  })

  test(`${engine}: 25 with a list of models an authenticator that proves its own is taken, and one that only says so is not`, async () => {
    const aaguid = '01020304-0506-0708-0102-030405060708'
    const times = { from: w.deps.now() - 1000, until: w.deps.now() + 86_400_000 }
    const root = issue({ name: 'Root', isAuthority: true, ...times })
    const key = issue({ name: 'Key', aaguids: [aaguid], ...times }, root)
    const it = await withPasskeys(w, {
      attestation_preference: 'direct',
      aaguid_allowlist: [aaguid],
      attestation_roots: [root.pem],
    })
    const client = await signedIn(it)
    const attempt = async (kind: Parameters<typeof authenticator>[0], lie: AttestationLie = {}) => {
      await grant(w, it.app, client, PASSKEY_SCOPE)
      const { publicKey, finish } = await begunRegistration(it, client)
      assert.equal(publicKey.attestation, 'direct')
      return (await finish(authenticator(kind).register(publicKey, lie))).kind
    }
    const packed = { format: 'packed', attest: attestBy(key) }
    assert.equal(await attempt({ aaguid }, packed), 'registered')
    assert.equal(await attempt({ aaguid }), 'refused')
    assert.equal(await attempt({ aaguid }, { format: 'packed', attest: () => new Map([['alg', -7]]) }), 'refused')
    assert.equal(await attempt({ aaguid: aaguid.replace('01', '02') }, packed), 'refused')
  })

  test(`${engine}: 25 a model is proven by the file of the FIDO Alliance as by roots of the application’s own`, async () => {
    const aaguid = '01020304-0506-0708-0102-030405060708'
    const times = { from: w.deps.now() - 1000, until: w.deps.now() + 86_400_000 }
    const root = issue({ name: 'Root', isAuthority: true, ...times })
    const key = issue({ name: 'Key', aaguids: [aaguid], ...times }, root)
    const it = await withPasskeys(w, { attestation_preference: 'direct', aaguid_allowlist: [aaguid] })
    const client = await signedIn(it)
    const attemptBy = async (roots: ReadonlyMap<string, readonly string[]>) => {
      const deps = { ...w.deps, config: { ...w.deps.config, fidoMetadata: { roots, nextUpdate: 0 } } }
      await grant(w, it.app, client, PASSKEY_SCOPE)
      const { publicKey, finishOn } = await begunRegistration(it, client)
      const packed = { format: 'packed', attest: attestBy(key) }
      return (await finishOn({ ...w, deps }, authenticator({ aaguid }).register(publicKey, packed))).kind
    }
    assert.equal(await attemptBy(new Map([[aaguid, [root.pem]]])), 'registered')
    assert.equal(await attemptBy(new Map([[aaguid.replace('01', '02'), [root.pem]]])), 'refused')
  })
}
