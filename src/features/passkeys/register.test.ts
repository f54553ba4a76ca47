import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { type Client, claimsOf, login, REFRESH } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { type AttestationLie, authenticator, coseOf } from '../../../test/house/authenticator.ts'
import {
  beginLogin,
  beginRegistration,
  finishRegistration,
  loginBy,
  PASSKEYS,
  REGISTER,
  registeredBy,
} from '../../../test/house/passkey-calls.ts'
import { passkeyRow, signedIn, withPasskey, withPasskeys } from '../../../test/house/passkeys.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { insertPasskey } from '../../core/passkeys/store/passkeys.ts'
import { unixSeconds } from '../../platform/clock.ts'

const SCOPE = 'prld:passkey:write'
const FIVE_MINUTES_MS = 300_000
const ANDROID = 'android:apk-key-hash:n1e4V2yKvNRW4mGgDqKQq5l1v1oHk3y2uYkqk1m5b0A'

const scopeOf = async (client: Client) => {
  await client.post(REFRESH)
  return claimsOf(client.accessToken).scope
}

function assertScopeMissing(answer: Awaited<ReturnType<typeof finishRegistration>>) {
  assertRefused(answer, 'insufficient_scope', 'forbidden')
  assert.match(answer.headers.get('www-authenticate') ?? '', /scope="prld:passkey:write"/)
}

for (const { engine, w } of await stages()) {
  test(`${engine}: a passkey is registered after a step-up, once, and logs in`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it, { email: 'ana@example.com' })
    const begun = await beginRegistration(it, client, { display_name: 'Ana', nickname: 'Phone' })
    const { public_key, registration_token } = begun
    const { challenge, ...options } = public_key
    assert.match(challenge, /^[\w-]{43}$/)
    const id = Buffer.from(client.userId).toString('base64url')
    assert.deepEqual(options, {
      rp: { id: 'app.example.com', name: 'Example' },
      user: { id, name: 'ana@example.com', displayName: 'Ana' },
      pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: 'public-key', alg })),
      timeout: 60_000,
      attestation: 'none',
      excludeCredentials: [],
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      extensions: { credProps: true },
      hints: [],
    })
    const one = authenticator({ transports: ['hybrid', 'internal'], flags: { be: true, bs: true } })
    const attestation = one.register(public_key)
    const finish = () => finishRegistration(client, registration_token, attestation)
    const registered = await finish()
    const credential = { credential_id: one.id, nickname: 'Phone', transports: ['hybrid', 'internal'] }
    const kept = { ...credential, backup_state: true, created_at: unixSeconds(w.deps.now()) }
    assert.deepEqual([registered.status, registered.body], [200, { credential: kept, already_registered: false }])
    assert.deepEqual((await finish()).body, registered.body, 'an answer that was lost')
    assert.equal((await eventsOf(w, it.app, 'user.passkey.registered')).length, 1)
    assert.equal(await scopeOf(client), undefined)
    assertScopeMissing(await client.bearer(`${REGISTER}/begin`, { body: { username: 'ana' } }))
    assert.equal((await loginBy(it, one)).status, 200)
    w.advance(60_000)
    await client.post(REFRESH)
    assertRefused(await finish(), 'token_reused', 'conflict')
  })

  test(`${engine}: 21 a passkey that the user has is named to the client, and found again; the scope is used up`, async () => {
    const it = await withPasskeys(w, { login_enabled: false, user_verification: 'preferred' })
    const client = await signedIn(it)
    const { one } = await registeredBy(it, client)
    const { public_key, registration_token } = await beginRegistration(it, client, { display_name: null, nickname: '' })
    assert.deepEqual(public_key.user.displayName, 'ana@example.com')
    assert.deepEqual(public_key.excludeCredentials, [{ id: one.id, type: 'public-key', transports: ['internal'] }])
    const { residentKey, userVerification } = public_key.authenticatorSelection
    assert.deepEqual([residentKey, userVerification], ['preferred', 'preferred'])
    const again = await finishRegistration(client, registration_token, one.register(public_key))
    assert.deepEqual([again.status, again.body.already_registered], [200, true])
    assert.equal((await eventsOf(w, it.app, 'user.passkey.registered')).length, 1)
    assert.equal(await scopeOf(client), undefined)
  })

  test(`${engine}: 1 2 the scope must be the session’s, and there until the end`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    const other = await login(w, it.app, client.userId)
    const ofOther = await beginRegistration(it, other)
    const begin = (by: Client) => by.bearer(`${REGISTER}/begin`, { body: { username: 'ana' } })
    assertScopeMissing(await begin(client))
    const begun = [await beginRegistration(it, client), (await begin(client)).body]
    const answers = begun.map(({ public_key, registration_token }) =>
      finishRegistration(client, registration_token, authenticator().register(public_key)),
    )
    const [one, two] = (await Promise.all(answers)).sort((a, b) => a.status - b.status)
    assert.equal(one?.status, 200)
    if (two) assertScopeMissing(two)
    const theirs = authenticator().register(ofOther.public_key)
    assert.equal((await finishRegistration(other, ofOther.registration_token, theirs)).status, 200)
  })

  test(`${engine}: 3 4 5 a registration token is good for five minutes, its session, its application and one answer`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    const other = await signedIn(it)
    const { public_key, registration_token } = await beginRegistration(it, client)
    const attestation = authenticator().register(public_key)
    const { login_token } = await beginLogin(it)
    const elsewhere = await withPasskeys(w)
    const theirs = await beginRegistration(elsewhere, await signedIn(elsewhere))
    await beginRegistration(it, other)
    for (const [by, token] of [
      [client, login_token],
      [client, theirs.registration_token],
      [client, 'x'],
      [other, registration_token],
    ] as const)
      assertRefused(await finishRegistration(by, token, attestation), 'invalid_challenge_token', 'bad_request')
    assert.equal((await finishRegistration(client, registration_token, attestation)).status, 200)
    await beginRegistration(it, client)
    const answer = await finishRegistration(client, registration_token, authenticator().register(public_key))
    assertRefused(answer, 'token_reused', 'conflict')
    const late = await beginRegistration(it, client)
    w.advance(FIVE_MINUTES_MS)
    await client.post(REFRESH)
    const expired = await finishRegistration(client, late.registration_token, authenticator().register(late.public_key))
    assertRefused(expired, 'expired_challenge_token', 'bad_request')
  })

  const k256 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
  const withAlgorithm = (alg: number) => new Map([...coseOf(p256, 'ES256'), [3, alg] as const])
  const bytes = (length: number) => ({
    id: Buffer.alloc(length, 1).toString('base64url'),
    attestedId: Buffer.alloc(length, 1),
  })

  /** What registers nothing, by the number of the negative case in the design. */
  const refused: readonly [string, AttestationLie][] = [
    ['7 another challenge', { clientData: { challenge: 'AAAA' } }],
    ['8 the other ceremony', { clientData: { type: 'webauthn.get' } }],
    ['9 an origin that is not listed', { origin: 'https://evil.example.com' }],
    ['10 an origin with a slash', { origin: 'https://app.example.com/' }],
    ['11 http', { origin: 'http://app.example.com' }],
    ['12 another Android app', { origin: ANDROID.replace('n1e4', 'n1e5') }],
    ['12 an Android hash of 42 characters', { origin: ANDROID.slice(0, -1) }],
    ['13 another relying party', { rpId: 'example.com' }],
    ['14 nobody present', { flags: { up: false } }],
    ['15 nobody verified', { flags: { uv: false } }],
    ['16 synced without being eligible', { flags: { bs: true } }],
    ['17 ML-DSA-44', { cose: withAlgorithm(-48) }],
    ['17 PS256', { cose: withAlgorithm(-37) }],
    ['17 secp256k1', { cose: new Map([...coseOf(k256, 'ES256'), [3, -47], [-1, 8]]) }],
    ['18 another id than the attested one', { attestedId: Buffer.alloc(16, 9) }],
    ['19 an id of 8 bytes', bytes(8)],
    ['22 in the frame of another', { clientData: { crossOrigin: true } }],
    ['24 bytes behind the object', { attestationObject: (object) => Buffer.concat([object, Buffer.alloc(1)]) }],
    ['24 a bomb of lists', { attestationObject: () => Buffer.alloc(30_000, 0x81) }],
    ['27 a second origin, which counts', { clientDataText: '{"type":"webauthn.create","origin":1,"origin":2}' }],
  ]

  test(`${engine}: an answer that proves no new passkey registers none, costs no scope, and is good for the log`, async () => {
    const it = await withPasskeys(w, { allowed_origins: ['https://app.example.com', ANDROID] })
    const client = await signedIn(it)
    const { public_key, registration_token } = await beginRegistration(it, client)
    for (const [what, lie] of refused) {
      const logged = w.log.length
      const answer = await finishRegistration(client, registration_token, authenticator().register(public_key, lie))
      assertRefused(answer, 'passkey_registration_failed', 'bad_request')
      const told = w.log.slice(logged).filter((line) => line.includes('a passkey was not registered'))
      assert.equal(told.length, 1, what)
    }
    assert.deepEqual((await client.bearer(PASSKEYS)).body, { credentials: [] })
    const app = authenticator({ origin: ANDROID }).register(public_key)
    assert.equal((await finishRegistration(client, registration_token, app)).status, 200)
  })

  test(`${engine}: wrong answers to one token, however many, do not fill the log`, async () => {
    const it = await withPasskeys(w, {}, { settings: { passkeys: { failures_per_ip: 2 } } })
    const client = await signedIn(it)
    const { public_key, registration_token } = await beginRegistration(it, client)
    const wrong = authenticator().register(public_key, { origin: 'https://evil.example.com' })
    const logged = w.log.length
    for (let i = 0; i < 4; i++)
      assertRefused(
        await finishRegistration(client, registration_token, wrong),
        'passkey_registration_failed',
        'bad_request',
      )
    assert.equal(w.log.length - logged, 2)
    assert.equal(
      (await finishRegistration(client, registration_token, authenticator().register(public_key))).status,
      200,
    )
  })

  test(`${engine}: 20 a credential of another user is refused, and costs no scope`, async () => {
    const it = await withPasskeys(w)
    const [client, other] = [await signedIn(it), await signedIn(it)]
    const one = await withPasskey(it, other)
    const { public_key, registration_token } = await beginRegistration(it, client)
    const taken = await finishRegistration(client, registration_token, one.register(public_key))
    assertRefused(taken, 'passkey_registration_failed', 'bad_request')
    const own = await finishRegistration(client, registration_token, authenticator().register(public_key))
    assert.equal(own.status, 200)
  })

  test(`${engine}: 23 a user who has fifty is told to delete one`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    const row = await passkeyRow(it, client, (await withPasskey(it, client)).id)
    await w.deps.transact(async (tx) => {
      for (let i = 1; i < 50; i++) await insertPasskey(tx, { ...row, credential_id: `other-${i}` })
    })
    const { answer } = await registeredBy(it, client)
    assertRefused(answer, 'passkey_registration_failed', 'bad_request')
    assert.match(answer.body.message, /50 passkeys at most/)
    assert.equal(await scopeOf(client), SCOPE)
  })

  test(`${engine}: 25 with a list of models an authenticator that only says its own is refused`, async () => {
    const aaguid = '01020304-0506-0708-0102-030405060708'
    const it = await withPasskeys(w, { attestation_preference: 'direct', aaguid_allowlist: [aaguid] })
    const client = await signedIn(it)
    const { answer } = await registeredBy(it, client, { aaguid })
    assertRefused(answer, 'passkey_registration_failed', 'bad_request')
  })

  test(`${engine}: 24 26 what is too long, or no name, is a bad request`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    const { public_key, registration_token } = await beginRegistration(it, client)
    const begin = (body: object) => client.bearer(`${REGISTER}/begin`, { body })
    for (const body of [
      {},
      { username: '' },
      { username: 'x'.repeat(321) },
      { username: 'ana', display_name: 'x'.repeat(321) },
      { username: 'ana', nickname: 'x'.repeat(65) },
      { username: 'ana', nickname: 'one\ntwo' },
    ])
      assertRefused(await begin(body), 'bad_request', 'bad_request')
    const good = authenticator().register(public_key)
    for (const attestation of [
      undefined,
      { ...good, rawId: undefined },
      { ...good, response: { ...good.response, attestationObject: 'x'.repeat(49_153) } },
      { ...good, response: { ...good.response, attestationObject: 'x'.repeat(65_536) } },
    ])
      assertRefused(await finishRegistration(client, registration_token, attestation), 'bad_request', 'bad_request')
    assert.equal((await finishRegistration(client, registration_token, good)).status, 200)
  })

  test(`${engine}: where passkeys are not configured none is registered`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    const { public_key, registration_token } = await beginRegistration(it, client)
    await it.app.manage('/config/passkey', { method: 'DELETE' })
    const begun = await client.bearer(`${REGISTER}/begin`, { body: { username: 'ana' } })
    assertRefused(begun, 'passkey_not_configured', 'bad_request')
    const answer = await finishRegistration(client, registration_token, authenticator().register(public_key))
    assertRefused(answer, 'passkey_not_configured', 'bad_request')
  })

  test(`${engine}: both calls take the access token of a live session, and a proof that comes along must hold`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    const { public_key, registration_token } = await beginRegistration(it, client)
    const attestation = authenticator().register(public_key)
    const stranger = await signedIn(it)
    const calls: [string, object][] = [
      [`${REGISTER}/begin`, { username: 'ana' }],
      [`${REGISTER}/finish`, { registration_token, attestation }],
    ]
    for (const [path, body] of calls) {
      const call = (headers: Record<string, string>) => client.bearer(path, { body, headers })
      const proof = async (one: Client) => ({ dpop: (await one.key?.proof(`${it.app.origin}${path}`)) ?? '' })
      assertRefused(await it.app.call(path, { body }), 'unauthorized', 'unauthorized')
      assertRefused(await call({ dpop: 'garbage' }), 'invalid_dpop_proof', 'unauthorized')
      assertRefused(await call(await proof(stranger)), 'dpop_key_mismatch', 'unauthorized')
      assert.equal((await call(await proof(client))).status, 200)
    }
    await it.app.manage(`/users/${client.userId}/sessions/invalidate`, { method: 'POST' })
    for (const [path, body] of calls) assertRefused(await client.bearer(path, { body }), 'unauthorized', 'unauthorized')
  })
}
