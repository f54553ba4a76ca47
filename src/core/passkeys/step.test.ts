import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { authenticator } from '../../../test/house/authenticator.ts'
import {
  begunLogin,
  type PasskeyApp,
  passkeyRow,
  rewritePasskey,
  signedIn,
  withPasskey,
  withPasskeys,
} from '../../../test/house/passkeys.ts'
import { stages } from '../../../test/house/stages.ts'
import { stepOptions, verifyStep } from './step.ts'
import { usePasskey } from './verify.ts'

for (const { engine, w } of await stages()) {
  /** Options for a step, and what comes of answers to it. */
  async function step({ record, config }: PasskeyApp, userId: string, jti = 'cht_1') {
    const options = await stepOptions(w.deps, record, config, { jti, userId })
    assert.ok(options)
    const verify = (
      assertion: ReturnType<ReturnType<typeof authenticator>['assert']>,
      by: Partial<{ jti: string; userId: string }> = {},
    ) => verifyStep(w.deps, record, config, { jti, userId, ...by }, assertion)
    return { options, verify }
  }

  test(`${engine}: a step names the passkeys that may do it, the same way for the same token, and one of them does it`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    const [one, other] = [await withPasskey(it, client), await withPasskey(it, client, { transports: ['usb'] })]
    const { options, verify } = await step(it, client.userId)
    const names = [
      { id: one.id, type: 'public-key', transports: ['internal'] },
      { id: other.id, type: 'public-key', transports: ['usb'] },
    ]
    assert.deepEqual(
      options.allowCredentials?.toSorted((a) => (a.id === one.id ? -1 : 1)),
      names,
    )
    assert.deepEqual((await step(it, client.userId)).options, options)
    assert.notEqual((await step(it, client.userId, 'cht_2')).options.challenge, options.challenge)
    const outcome = await verify(other.assert(options))
    assert.ok(outcome.kind === 'verified')
    assert.equal(outcome.passkey.credential_id, other.id)
    assert.equal((await passkeyRow(it, client, other.id)).last_used_at, null, 'nothing is written yet')
  })

  test(`${engine}: where passkeys must have been made by a time, what was made then does the step, and nothing later`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    const one = await withPasskey(it, client)
    const asked = { jti: 'cht_1', userId: client.userId, madeBy: w.deps.now() }
    w.advance(1)
    const late = await withPasskey(it, client)
    const options = await stepOptions(w.deps, it.record, it.config, asked)
    assert.ok(options)
    assert.deepEqual(
      options.allowCredentials?.map(({ id }) => id),
      [one.id],
    )
    const kindOf = async (by: typeof one) =>
      (await verifyStep(w.deps, it.record, it.config, asked, by.assert(options))).kind
    assert.deepEqual([await kindOf(one), await kindOf(late)], ['verified', 'refused'])
  })

  test(`${engine}: 43 who has no passkey that could do a step has no step`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    const { record, config } = it
    const offered = () => stepOptions(w.deps, record, config, { jti: 'cht_1', userId: client.userId })
    assert.equal(await offered(), undefined)
    const one = await withPasskey(it, client)
    assert.ok(await offered())
    await rewritePasskey(it, one.id, { blocked_at: 1 })
    assert.equal(await offered(), undefined)
    await rewritePasskey(it, one.id, { blocked_at: null, rp_id: 'example.com' })
    assert.equal(await offered(), undefined)
  })

  test(`${engine}: 40 41 42 an answer does that step of that user, and no other`, async () => {
    const it = await withPasskeys(w)
    const [client, stranger] = [await signedIn(it), await signedIn(it)]
    const [one, theirs] = [await withPasskey(it, client), await withPasskey(it, stranger)]
    const { options, verify } = await step(it, client.userId)
    assert.equal((await verify(theirs.assert(options))).kind, 'refused')
    assert.equal((await verify(theirs.assert(options, { userHandle: one.handle() }))).kind, 'refused')
    assert.equal((await verify(one.assert(options), { userId: stranger.userId })).kind, 'refused')
    assert.equal((await verify(one.assert(options), { jti: 'cht_2' })).kind, 'refused')
    const login = await begunLogin(it)
    assert.equal((await verify(one.assert(login.publicKey))).kind, 'refused')
    assert.equal((await login.finish(one.assert(options))).kind, 'refused')
    assert.equal((await verify(one.assert(options))).kind, 'verified')
  })

  test(`${engine}: 44 a passkey that is blocked, or of whose key there is a copy, is told apart once its user has signed`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    const one = await withPasskey(it, client, { counter: 10 })
    const { options, verify } = await step(it, client.userId)
    assert.equal((await verify(one.assert(options, { counter: 11 }))).kind, 'regressed')
    await rewritePasskey(it, one.id, { blocked_at: 1 })
    assert.equal((await verify(one.assert(options))).kind, 'blocked')
    assert.equal((await verify(one.assert(options, { signature: (bytes) => bytes.fill(1) }))).kind, 'refused')
  })

  test(`${engine}: of two answers that were judged by the same count one is used, and none of a passkey that is gone`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    for (const [kind, lies] of [
      [{ counter: 10 }, [{ counter: 12 }, { counter: 12 }]],
      // One of the two never counted before.
      [{}, [{ counter: 1 }, { counter: 0 }]],
    ] as const) {
      const one = await withPasskey(it, client, kind)
      const { options, verify } = await step(it, client.userId)
      const verified = await Promise.all(lies.map((lie) => verify(one.assert(options, lie))))
      const used = []
      for (const outcome of verified) {
        assert.ok(outcome.kind === 'verified')
        used.push(await w.deps.transact((tx) => usePasskey(tx, w.deps, outcome.passkey, outcome.state)))
      }
      assert.deepEqual(used, ['used', 'regressed'])
      await rewritePasskey(it, one.id, { blocked_at: 1 })
      const [outcome] = verified
      assert.ok(outcome?.kind === 'verified')
      const state = { ...outcome.state, signCount: 99 }
      assert.equal(await w.deps.transact((tx) => usePasskey(tx, w.deps, outcome.passkey, state)), 'gone')
    }
  })
}
