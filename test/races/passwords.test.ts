import assert from 'node:assert/strict'
import { test } from 'node:test'
import { consumeGrant } from '../../src/core/grants/store.ts'
import { passwordRow } from '../../src/core/passwords/credential.ts'
import { insertPassword, swapHash } from '../../src/core/passwords/store.ts'
import { claimsOf, grant, login, REFRESH, send, user } from '../builders.ts'
import {
  givePassword,
  LOGIN,
  logIn,
  PASSWORD,
  passwordApp,
  RESET,
  SIGN_UP,
  storedPassword,
  userWithPassword,
  WRONG,
} from '../house/passwords.ts'
import { eventsOf } from '../house/rows.ts'
import type { World } from '../world.ts'
import { CALLERS, race, tally, twoServers } from './contenders.ts'

const EMAIL = 'ada@example.com'
const SCOPE = 'prld:pwd:write'
const BCRYPT = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'

const servers = await twoServers()
const [w] = servers
const server = (i: number) => servers[i % servers.length] as World

test('of sixteen changes of a password with one scope, one wins, and it is that password', async () => {
  const app = await passwordApp(w)
  const userId = await userWithPassword(w, app, EMAIL)
  const others = await Promise.all([login(w, app, userId), login(w, app, userId)])
  const client = await login(w, app, userId)
  await grant(w, app, client, SCOPE)
  const headers = { host: app.host, authorization: `Bearer ${client.accessToken}` }
  const answers = await race((i) => send(server(i), RESET, { headers, body: { password: `${PASSWORD} ${i}` } }))
  assert.deepEqual(tally(answers), { 204: 1, '403 insufficient_scope': CALLERS - 1 })
  const winner = answers.findIndex(({ status }) => status === 204)
  const logins = await race((i) => logIn(app, EMAIL, `${PASSWORD} ${i}`))
  assert.deepEqual(
    logins.map(({ status }) => status),
    logins.map((_, i) => (i === winner ? 200 : 401)),
  )
  for (const other of others) assert.equal((await other.post(REFRESH)).status, 401)
  assert.equal((await eventsOf(w, app, 'user.session.revoked')).length, others.length)
  assert.equal((await client.post(REFRESH)).status, 200)
})

test('of sixteen who use up one scope, one does', async () => {
  const app = await passwordApp(w)
  const client = await login(w, app, await user(w, app))
  await grant(w, app, client, SCOPE)
  const { userId, sessionId } = client
  const holder = { userId, sessionId, jti: String(claimsOf(client.accessToken).jti) }
  const won = await race((i) => {
    const { deps } = server(i)
    return deps.transact((tx) => consumeGrant(tx, app.id, holder, SCOPE, deps.now()))
  })
  assert.equal(won.filter(Boolean).length, 1)
})

test('of sixteen who sign up with one address, one does, and nothing is left of the others', async () => {
  const app = await passwordApp(w, { sign_up_enabled: true })
  const answers = await race((i) =>
    send(server(i), SIGN_UP, {
      headers: { host: app.host },
      body: { identifier: i % 2 ? EMAIL : EMAIL.toUpperCase(), password: `${PASSWORD} ${i}` },
    }),
  )
  assert.deepEqual(tally(answers), { 200: 1, '409 identifier_already_exists': CALLERS - 1 })
  const winner = answers.findIndex(({ status }) => status === 200)
  assert.equal((await logIn(app, EMAIL, `${PASSWORD} ${winner}`)).status, 200)
  const { users } = (await app.manage('/users')).body
  assert.equal(users.length, 1)
  assert.equal((await eventsOf(w, app, 'user.created')).length, 1)
  assert.ok(await storedPassword(w, app, users[0].id))
})

test('sixteen first logins with one imported hash all get in, and one renews it', async () => {
  const app = await passwordApp(w)
  const userId = await userWithPassword(w, app, EMAIL, { password_hash: BCRYPT })
  const imported = (await storedPassword(w, app, userId))?.hash ?? ''
  const answers = await race((i) =>
    send(server(i), LOGIN, { headers: { host: app.host }, body: { identifier: EMAIL, password: 'U*U' } }),
  )
  assert.deepEqual(tally(answers), { 200: CALLERS })
  assert.match((await storedPassword(w, app, userId))?.hash ?? '', /^\$argon2id\$/)

  await givePassword(app, userId, { password_hash: BCRYPT })
  const swapped = await race((i) => {
    const { deps } = server(i)
    return deps.transact((tx) => swapHash(tx, app.id, userId, imported, `renewed ${i}`))
  })
  assert.equal(swapped.filter(Boolean).length, 1)
  assert.equal((await storedPassword(w, app, userId))?.hash, `renewed ${swapped.indexOf(true)}`)
})

test('a login that renews a hash never puts the old password back over a new one', async () => {
  const app = await passwordApp(w)
  for (let round = 0; round < 4; round++) {
    const email = `user${round}@example.com`
    const userId = await userWithPassword(w, app, email, { password_hash: BCRYPT })
    const logins = race(() => logIn(app, email, 'U*U'))
    await givePassword(app, userId, { password: PASSWORD })
    await logins
    assert.equal((await logIn(app, email, PASSWORD)).status, 200)
    assert.equal((await logIn(app, email, 'U*U')).status, 401)
  }
})

test('of sixteen who give a first password to one user, one does', async () => {
  const app = await passwordApp(w)
  const userId = await user(w, app)
  const inserted = await race((i) => {
    const { deps } = server(i)
    return deps.transact((tx) => insertPassword(tx, passwordRow(deps, app.id, { userId, hash: `hash ${i}` })))
  })
  assert.equal(inserted.filter(Boolean).length, 1)
  assert.equal((await storedPassword(w, app, userId))?.hash, `hash ${inserted.indexOf(true)}`)
})

test('of sixteen wrong passwords at once no more are compared than the limit lets', async () => {
  const limit = { ttl: 600_000_000_000, limit: 5 }
  const app = await passwordApp(w, { rate_limit_login_identifier: limit })
  await userWithPassword(w, app, EMAIL)
  const answers = await race((i) =>
    send(server(i), LOGIN, {
      headers: { host: app.host, 'x-forwarded-for': `203.0.113.${i}` },
      body: { identifier: EMAIL, password: WRONG },
    }),
  )
  assert.deepEqual(tally(answers), { '401 unauthorized': 5, '429 rate_limited': CALLERS - 5 })
})

test('a user who is deleted while passwords arrive leaves none behind', async () => {
  const app = await passwordApp(w)
  for (let round = 0; round < 4; round++) {
    const userId = await user(w, app)
    const arriving = race(() =>
      app.manage(`/users/${userId}/password`, { method: 'PUT', body: { password_hash: BCRYPT } }),
    )
    const deleted = await app.manage(`/users/${userId}`, { method: 'DELETE' })
    assert.equal(deleted.status, 204)
    await arriving
    assert.equal(await storedPassword(w, app, userId), undefined)
  }
})
