import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimsOf, dpopKey } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { authenticator } from '../../../test/house/authenticator.ts'
import {
  begunLogin,
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
import { finalizeWith } from '../../../test/house/tokens.ts'
import { deleteOwnPasskey } from './removal.ts'
import { openToken, TOKEN_LIFETIME_MS } from './token.ts'

for (const { engine, w } of await stages()) {
  const tokenOf = (outcome: Awaited<ReturnType<typeof passkeyLogin>>): string => {
    assert.ok(outcome.kind === 'proven', JSON.stringify(outcome))
    return outcome.challengeToken
  }

  test(`${engine}: a passkey logs its user in, whatever the address, with what it has proven`, async () => {
    const it = await withPasskeys(w, { granted_scopes: ['prld:pwd:write'] })
    const client = await signedIn(it)
    const device = await withPasskey(it, client)
    const synced = await withPasskey(it, client, { flags: { be: true, bs: true } })
    for (const [one, key] of [
      [device, 'hwk'],
      [synced, 'swk'],
    ] as const) {
      const { publicKey, finish } = await begunLogin(it)
      assert.deepEqual(publicKey.allowCredentials, [])
      const token = tokenOf(await finish(one.assert(publicKey)))
      const { sub, amr, granted_scopes, passkey_id } = claimsOf(token)
      assert.deepEqual([sub, amr, granted_scopes], [client.userId, [key, 'user'], ['prld:pwd:write']])
      assert.equal(passkey_id, one.id)
      const session = await finalizeWith(it.app, await dpopKey(w), token)
      assert.deepEqual(claimsOf(session.body.access_token).amr, [key, 'user'])
    }
    assert.equal((await passkeyRow(it, client, device.id)).last_used_at, w.deps.now())
  })

  test(`${engine}: a touch that verified nobody is not counted for more, where one is enough`, async () => {
    const it = await withPasskeys(w, { user_verification: 'preferred' })
    const one = await withPasskey(it, await signedIn(it))
    assert.deepEqual(claimsOf(tokenOf(await passkeyLogin(it, one, { flags: { uv: false } }))).amr, ['hwk'])
  })

  test(`${engine}: 31 the same answer gets the same token for a minute, and any other finds the login token used`, async () => {
    const it = await withPasskeys(w)
    const one = await withPasskey(it, await signedIn(it), { counter: 0 })
    const { publicKey, finish } = await begunLogin(it)
    const answer = one.assert(publicKey)
    const token = tokenOf(await finish(answer))
    w.advance(59_999)
    assert.equal(tokenOf(await finish(answer)), token)
    assert.deepEqual(await finish(one.assert(publicKey)), { kind: 'reused' })
    w.advance(1)
    assert.deepEqual(await finish(answer), { kind: 'reused' })
  })

  test(`${engine}: sixteen times the same answer at once are one login`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    const one = await withPasskey(it, client, { counter: 0 })
    const { publicKey, finish } = await begunLogin(it)
    const answer = one.assert(publicKey)
    const tokens = (await Promise.all(Array.from({ length: 16 }, () => finish(answer)))).map(tokenOf)
    assert.equal(new Set(tokens).size, 1)
    assert.equal((await passkeyRow(it, client, one.id)).sign_count, 2)
  })

  test(`${engine}: of two copies of a key that show the same count at once one logs in, and the other keeps its login token`, async () => {
    const it = await withPasskeys(w)
    const one = await withPasskey(it, await signedIn(it), { counter: 10 })
    const begun = [await begunLogin(it), await begunLogin(it)]
    const outcomes = await Promise.all(
      begun.map(({ publicKey, finish }) => finish(one.assert(publicKey, { counter: 12 }))),
    )
    assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), ['proven', 'refused'])
    assert.equal((await eventsOf(w, it.app, 'user.passkey.regressed')).length, 1)
    const loser = begun[outcomes.findIndex(({ kind }) => kind === 'refused')]
    assert.ok(loser)
    tokenOf(await loser.finish(one.assert(loser.publicKey, { counter: 13 })))
  })

  test(`${engine}: an answer that is refused does not use up the login token`, async () => {
    const it = await withPasskeys(w)
    const one = await withPasskey(it, await signedIn(it))
    const { publicKey, finish } = await begunLogin(it)
    assert.equal((await finish(one.assert(publicKey, { flags: { up: false } }))).kind, 'refused')
    tokenOf(await finish(one.assert(publicKey)))
  })

  /** What nobody logs in by, by the number of the negative case in the design. */
  const refused: readonly [string, (it: PasskeyApp) => Promise<Awaited<ReturnType<typeof passkeyLogin>>>][] = [
    ['28 an id that is none', async (it) => await passkeyLogin(it, authenticator(), { id: '\u0000', rawId: '\u0000' })],
    ['28 an id that nobody has', async (it) => await passkeyLogin(it, authenticator())],
    [
      '28 a bad signature',
      async (it) => {
        const one = await withPasskey(it, await signedIn(it))
        return await passkeyLogin(it, one, { signature: (bytes) => bytes.subarray(0, 20) })
      },
    ],
    [
      '28 the passkey of a user who is not active',
      async (it) => {
        const client = await signedIn(it)
        const one = await withPasskey(it, client)
        await it.app.manage(`/users/${client.userId}/status`, { method: 'PUT', body: { status: 'inactive' } })
        return await passkeyLogin(it, one)
      },
    ],
    [
      '28 a passkey that is blocked',
      async (it) => {
        const one = await withPasskey(it, await signedIn(it))
        await rewritePasskey(it, one.id, { blocked_at: 1 })
        return await passkeyLogin(it, one)
      },
    ],
    [
      '29 the handle of another user',
      async (it) => {
        const one = await withPasskey(it, await signedIn(it))
        const other = await signedIn(it)
        return await passkeyLogin(it, one, { userHandle: Buffer.from(other.userId).toString('base64url') })
      },
    ],
    [
      '33 a passkey of another application',
      async (it) => {
        const other = await withPasskeys(it.w)
        return await passkeyLogin(it, await withPasskey(other, await signedIn(other)))
      },
    ],
    [
      '33 a passkey of another relying party',
      async (it) => {
        const one = await withPasskey(it, await signedIn(it))
        await rewritePasskey(it, one.id, { rp_id: 'example.com' })
        return await passkeyLogin(it, one)
      },
    ],
    [
      '34 nobody verified',
      async (it) => await passkeyLogin(it, await withPasskey(it, await signedIn(it)), { flags: { uv: false } }),
    ],
    [
      '39 the signature of another passkey',
      async (it) => {
        const client = await signedIn(it)
        const [one, other] = [await withPasskey(it, client), await withPasskey(it, client)]
        return await passkeyLogin(it, other, { id: one.id })
      },
    ],
  ]
  for (const [what, attempt] of refused) {
    test(`${engine}: nobody is logged in by ${what}`, async () => {
      const outcome = await attempt(await withPasskeys(w))
      assert.equal(outcome.kind, 'refused')
      // No database is asked for what PostgreSQL does not take for a text.
      if (what.endsWith('is none')) assert.deepEqual(outcome, { kind: 'refused', reason: 'the id is none' })
    })
  }

  test(`${engine}: 30 a handle may be missing or empty`, async () => {
    const it = await withPasskeys(w)
    const one = await withPasskey(it, await signedIn(it))
    for (const userHandle of [null, '']) tokenOf(await passkeyLogin(it, one, { userHandle }))
  })

  test(`${engine}: 35 a copy of a key that counts is refused and told of, and the passkey stays`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    const one = await withPasskey(it, client, { counter: 10 })
    tokenOf(await passkeyLogin(it, one))
    for (const counter of [12, 11, 0]) assert.equal((await passkeyLogin(it, one, { counter })).kind, 'refused')
    const told = await eventsOf(w, it.app, 'user.passkey.regressed')
    assert.deepEqual(
      told.map((one) => [one.user_id, one.stored_sign_count, one.presented_sign_count]),
      [12, 11, 0].map((counter) => [client.userId, 12, counter]),
    )
    assert.equal((await passkeyRow(it, client, one.id)).sign_count, 12)
    tokenOf(await passkeyLogin(it, one, { counter: 13 }))
  })

  test(`${engine}: 35 36 a key that is synced, or is so from now on, is judged by no count`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    const one = await withPasskey(it, client, { counter: 10 })
    for (const counter of [5, 5, 0]) tokenOf(await passkeyLogin(it, one, { counter, flags: { be: true, bs: true } }))
    const { sign_count, backup_eligible, backup_state } = await passkeyRow(it, client, one.id)
    assert.deepEqual([sign_count, backup_eligible, backup_state], [11, 1, 1])
    assert.deepEqual(await eventsOf(w, it.app, 'user.passkey.regressed'), [])
    const warned = () => w.log.filter((line) => line.includes('synced no more')).length
    assert.equal(warned(), 0)
    tokenOf(await passkeyLogin(it, one, { counter: 12 }))
    assert.equal(warned(), 1, 'the other way round is odd, and told')
  })

  test(`${engine}: a login under way by a passkey that is deleted or blocked does not end in a session`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it, { email: 'ana@example.com' })
    for (const change of ['deleted', 'blocked'] as const) {
      const one = await withPasskey(it, client)
      const token = tokenOf(await passkeyLogin(it, one))
      if (change === 'blocked') await rewritePasskey(it, one.id, { blocked_at: 1 })
      else {
        const { userId, sessionId } = client
        const wanted = { userId, sessionId, credentialId: one.id }
        assert.equal(await w.deps.transact((tx) => deleteOwnPasskey(tx, w.deps, it.record, wanted)), 'removed')
      }
      assertRefused(await finalizeWith(it.app, await dpopKey(w), token), 'invalid_challenge_token', 'bad_request')
    }
  })

  test(`${engine}: 32 a login token lives five minutes, in its application, for a login`, async () => {
    const it = await withPasskeys(w)
    const { loginToken } = await begunLogin(it)
    assert.equal(openToken(w.deps, it.app.id, 'login', loginToken).kind, 'valid')
    assert.equal(openToken(w.deps, 'other', 'login', loginToken).kind, 'invalid')
    assert.equal(openToken(w.deps, it.app.id, 'registration', loginToken).kind, 'invalid')
    assert.equal(openToken(w.deps, it.app.id, 'login', `${loginToken.slice(0, -2)}AA`).kind, 'invalid')
    assert.equal(openToken(w.deps, it.app.id, 'login', '').kind, 'invalid')
    w.advance(TOKEN_LIFETIME_MS - 1)
    assert.equal(openToken(w.deps, it.app.id, 'login', loginToken).kind, 'valid')
    w.advance(1)
    assert.equal(openToken(w.deps, it.app.id, 'login', loginToken).kind, 'expired')
  })
}
