import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PASSKEY_SCOPE } from '../../src/core/passkeys/registration.ts'
import { grant } from '../builders.ts'
import { authenticator } from '../house/authenticator.ts'
import {
  begunLogin,
  begunRegistration,
  type PasskeyApp,
  passkeyRow,
  signedIn,
  withPasskey,
  withPasskeys,
} from '../house/passkeys.ts'
import { eventsOf } from '../house/rows.ts'
import { race, twoServers } from './contenders.ts'

const ROUNDS = 3
const servers = await twoServers()
const [first] = servers
const on = (it: PasskeyApp, i: number): PasskeyApp => ({ ...it, w: servers[i % 2] as typeof first })

for (const grants of [1, 16]) {
  test(`6 of sixteen answers with one token and ${grants} grants one registers a passkey, and all learn of it`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const it = await withPasskeys(first)
      const client = await signedIn(it)
      for (let i = 0; i < grants; i++) await grant(first, it.app, client, PASSKEY_SCOPE)
      const { publicKey, finishOn } = await begunRegistration(it, client)
      const answer = authenticator().register(publicKey)
      const outcomes = await race((i) => finishOn(on(it, i).w, answer))
      for (const outcome of outcomes) assert.ok(outcome.kind === 'registered' && outcome.isNew, JSON.stringify(outcome))
      assert.equal((await eventsOf(first, it.app, 'user.passkey.registered')).length, 1)
    }
  })
}

test('of sixteen registrations of one credential by different users one has it', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const it = await withPasskeys(first)
    const one = authenticator()
    const begun = await race(async () => {
      const client = await signedIn(it)
      await grant(first, it.app, client, PASSKEY_SCOPE)
      return await begunRegistration(it, client)
    })
    const outcomes = await race((i) => {
      const { publicKey, finishOn } = begun[i] as (typeof begun)[0]
      return finishOn(on(it, i).w, one.register(publicKey))
    })
    const kinds = outcomes.map(({ kind }) => kind).sort()
    assert.deepEqual(kinds, [...Array.from({ length: 15 }, () => 'refused'), 'registered'])
  }
})

test('of sixteen answers with one login token one uses the passkey, and all get one token', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const it = await withPasskeys(first)
    const client = await signedIn(it)
    const one = await withPasskey(it, client, { counter: 0 })
    const { publicKey, finishOn } = await begunLogin(it)
    const answer = one.assert(publicKey)
    const outcomes = await race((i) => finishOn(on(it, i).w, answer))
    const tokens = outcomes.map((outcome) => (outcome.kind === 'proven' ? outcome.challengeToken : outcome.kind))
    assert.equal(new Set(tokens).size, 1)
    assert.match(tokens[0] ?? '', /^ey/)
    assert.equal((await passkeyRow(it, client, one.id)).sign_count, 2)
  }
})

test('of sixteen copies of a key that show the same count one logs in', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const it = await withPasskeys(first)
    const one = await withPasskey(it, await signedIn(it), { counter: 10 })
    const begun = await race(() => begunLogin(it))
    const outcomes = await race((i) => {
      const { publicKey, finishOn } = begun[i] as (typeof begun)[0]
      return finishOn(on(it, i).w, one.assert(publicKey, { counter: 12 }))
    })
    assert.equal(outcomes.filter(({ kind }) => kind === 'proven').length, 1)
    assert.equal((await eventsOf(first, it.app, 'user.passkey.regressed')).length, 15)
  }
})
