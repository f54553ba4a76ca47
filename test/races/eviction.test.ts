import assert from 'node:assert/strict'
import { test } from 'node:test'
import { consumeChallenge } from '../../src/core/challenges/store.ts'
import type { ChallengeTables } from '../../src/core/challenges/tables.ts'
import { findGrantedScopes } from '../../src/core/grants/store.ts'
import { endSessions } from '../../src/core/sessions/end.ts'
import { findUserForUpdate } from '../../src/core/users/store.ts'
import { application, claimsOf, login, user } from '../builders.ts'
import { challenged, checkCode, configure, direct, managed, refreshWith, sendCode } from '../house/step-up.ts'
import { somebodyWaits, twoServers } from './contenders.ts'

const [first, second] = await twoServers()

test('a step-up whose session ends while its code is tried attaches nothing', async () => {
  const app = await application(first)
  await configure(app, managed('prld:phone:register'))
  const client = await login(first, app, await user(first, app, { email: 'ana@example.com' }))
  const token = await challenged(app, client, 'prld:phone:register', { metadata: { identifier: '+33612345678' } })
  const { code } = await sendCode(first, app, token)

  const tried = await second.deps.transact(async (tx) => {
    await findUserForUpdate(tx, app.id, client.userId)
    const trial = checkCode(app, client, token, code)
    await somebodyWaits(tx)
    await endSessions(tx, second.deps, app.id, { userId: client.userId }, 'revoked')
    return { trial }
  })
  const answer = await tried.trial
  assert.equal(answer.status, 401)
  const { identifiers } = (await app.manage(`/users/${client.userId}`)).body.user
  assert.deepEqual(identifiers, [{ type: 'email_address', value: 'ana@example.com' }])
})

test('a refresh whose session ends while its step-up is granted leaves no grant', async () => {
  const app = await application(first)
  await configure(app, direct('pay', { status: 'continue', grant_mode: 'profile-bound' }))
  const client = await login(first, app, await user(first, app, { email: 'ana@example.com' }))
  const token = await challenged(app, client, 'pay')
  const jti = String(claimsOf(token).jti)

  const refreshed = await second.deps.transact(async (tx) => {
    const row = { app_id: app.id, jti, session_id: null, jkt: '', consumed_at: 0, expires_at: 0 }
    await consumeChallenge(tx, row)
    const refreshing = refreshWith(client, token)
    await somebodyWaits(tx)
    await endSessions(tx, second.deps, app.id, { userId: client.userId }, 'revoked')
    await tx.withTables<ChallengeTables>().deleteFrom('consumed_challenges').where('jti', '=', jti).execute()
    return { refreshing }
  })
  const answer = await refreshed.refreshing
  assert.equal(answer.status, 401)
  const holder = { userId: client.userId, sessionId: '', jti: '' }
  assert.equal(await findGrantedScopes(first.deps.db, app.id, holder, first.deps.now()), null)
})
