import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Client } from '../../../test/builders.ts'
import { assertNoContent, assertRefused } from '../../../test/house/answers.ts'
import { loginBy, PASSKEYS } from '../../../test/house/passkey-calls.ts'
import { type PasskeyApp, rewritePasskey, signedIn, withPasskey, withPasskeys } from '../../../test/house/passkeys.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { unixSeconds } from '../../platform/clock.ts'

const pathOf = (id: string) => `${PASSKEYS}/${id}`
const remove = (client: Client, id: string) => client.bearer(pathOf(id), { method: 'DELETE' })
const rename = (client: Client, id: string, nickname: unknown) =>
  client.bearer(pathOf(id), { method: 'PATCH', body: { nickname } })
const list = async (client: Client) => (await client.bearer(PASSKEYS)).body.credentials

for (const { engine, w } of await stages()) {
  /** Somebody whose passkeys are all they log in by, and what they have. */
  async function alone(): Promise<{ it: PasskeyApp; client: Client }> {
    const it = await withPasskeys(w, {}, { mode: 'prod' })
    return { it, client: await signedIn(it, { email: 'ana@example.com' }) }
  }

  test(`${engine}: users see their passkeys, oldest first, name them, and are rid of one`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it, { email: 'ana@example.com' })
    const stranger = await signedIn(it)
    await withPasskey(it, stranger)
    assert.deepEqual((await client.bearer(PASSKEYS)).body, { credentials: [] })
    const one = await withPasskey(it, client)
    w.advance(2000)
    const other = await withPasskey(it, client, { transports: ['usb'], flags: { be: true, bs: true } })
    const madeAt = unixSeconds(w.deps.now())
    w.advance(1000)
    assert.equal((await loginBy(it, one)).status, 200)
    assert.deepEqual(await list(client), [
      {
        credential_id: one.id,
        transports: ['internal'],
        backup_state: false,
        created_at: madeAt - 2,
        last_used_at: madeAt + 1,
      },
      { credential_id: other.id, transports: ['usb'], backup_state: true, created_at: madeAt },
    ])
    assertNoContent(await rename(client, one.id, 'Phone'))
    assert.equal((await list(client))[0].nickname, 'Phone')
    assertNoContent(await rename(client, one.id, ''))
    assert.equal('nickname' in (await list(client))[0], false)
    assertNoContent(await remove(client, one.id))
    assert.deepEqual(
      (await list(client)).map(({ credential_id }: { credential_id: string }) => credential_id),
      [other.id],
    )
    assertRefused(await loginBy(it, one), 'unauthorized', 'unauthorized')
    const [event] = await eventsOf(w, it.app, 'user.passkey.deleted')
    assert.deepEqual([event?.user_id, event?.session_id], [client.userId, client.sessionId])
    await w.drain()
    assert.match((await it.app.manage('/mailbox')).body.mail[0].text, /passkey was removed/i)
    assert.equal((await list(stranger)).length, 1)
  })

  test(`${engine}: 45 47 an id is read escaped and padded; one of another user, or none, is not there`, async () => {
    const it = await withPasskeys(w)
    const [client, stranger] = [await signedIn(it, { email: 'ana@example.com' }), await signedIn(it)]
    const [one, theirs] = [await withPasskey(it, client), await withPasskey(it, stranger)]
    const long = Buffer.alloc(1023, 1).toString('base64url')
    await rewritePasskey(it, one.id, { credential_id: long })
    const escaped = [...long].map((char) => (char === '-' || char === '_' ? encodeURIComponent(char) : char)).join('')
    for (const id of [long, escaped, `${long}%3D`, `${long}=`]) assertNoContent(await rename(client, id, 'Key'))
    for (const id of [theirs.id, 'AAAA', 'AAAAAAAAAAAAAAAAAAAAAA', '%20', `${long}A`]) {
      assertRefused(await rename(client, id, 'mine'), 'not_found', 'not_found')
      assertRefused(await remove(client, id), 'not_found', 'not_found')
    }
    for (const id of ['%00', '%ff']) assertRefused(await remove(client, id), 'bad_request', 'bad_request')
    assert.deepEqual((await list(stranger))[0].nickname, undefined)
    assertNoContent(await remove(client, `${long}%3d`))
  })

  test(`${engine}: 26 a name has 64 characters at most, in one line`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    const one = await withPasskey(it, client)
    for (const nickname of ['x'.repeat(65), 'one\ntwo', '\u0085', 7, null, undefined])
      assertRefused(await rename(client, one.id, nickname), 'bad_request', 'bad_request')
    assertNoContent(await rename(client, one.id, 'Ключ 🔑'.padEnd(64, 'x')))
  })

  test(`${engine}: 46 the last thing that somebody logs in by stays; what logs nobody in may go`, async () => {
    const { it, client } = await alone()
    const [one, other] = [await withPasskey(it, client), await withPasskey(it, client)]
    assertNoContent(await remove(client, one.id))
    for (let i = 0; i < 2; i++) assertRefused(await remove(client, other.id), 'last_way_in', 'conflict')
    assert.equal((await loginBy(it, other)).status, 200)
    await it.app.manage('/config/login/otp', { body: { channel_type: 'email' } })
    assertNoContent(await remove(client, other.id))
    await it.app.manage('/config/passkey', { method: 'PUT', body: { ...it.config, login_enabled: false } })
    const { it: stepsOnly, client: stepper } = await alone()
    const step = await withPasskey(stepsOnly, stepper)
    await stepsOnly.app.manage('/config/passkey', { method: 'DELETE' })
    assert.equal((await list(stepper)).length, 1)
    assertNoContent(await remove(stepper, step.id))
  })

  test(`${engine}: all of it takes the access token of a live session, and a proof that comes along must hold`, async () => {
    const { it, client } = await alone()
    const [stranger, one] = [await signedIn(it), await withPasskey(it, client)]
    const calls = [
      ['GET', PASSKEYS, undefined],
      ['PATCH', pathOf(one.id), { nickname: 'Key' }],
      ['DELETE', pathOf(one.id), undefined],
    ] as const
    for (const [method, path, body] of calls) {
      const call = (headers: Record<string, string>) => client.bearer(path, { method, body, headers })
      const proof = async (by: Client) => ({ dpop: (await by.key?.proof(`${it.app.origin}${path}`, { method })) ?? '' })
      assertRefused(await call({ authorization: 'Bearer none' }), 'unauthorized', 'unauthorized')
      assertRefused(await call({ dpop: 'garbage' }), 'invalid_dpop_proof', 'unauthorized')
      assertRefused(await call(await proof(stranger)), 'dpop_key_mismatch', 'unauthorized')
      assert.equal((await call(await proof(client))).status, { GET: 200, PATCH: 204, DELETE: 409 }[method])
    }
    await it.app.manage(`/users/${client.userId}/sessions/invalidate`, { method: 'POST' })
    for (const [method, path, body] of calls)
      assertRefused(await client.bearer(path, { method, body }), 'unauthorized', 'unauthorized')
  })
}
