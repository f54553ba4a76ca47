import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { endSessions } from '../../src/core/sessions/store.ts'
import { findUserForUpdate } from '../../src/core/users/store.ts'
import type { Tx } from '../../src/platform/db.ts'
import { application, login, user } from '../builders.ts'
import { challenged, checkCode, configure, managed, sendCode } from '../house/step-up.ts'
import { twoServers } from './contenders.ts'

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

/** Resolves when some transaction waits for this one. */
async function somebodyWaits(tx: Tx): Promise<void> {
  const waiting = sql<{ count: number }>`
    select count(*) as count from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))`
  while (Number((await waiting.execute(tx)).rows[0]?.count) === 0) {
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
