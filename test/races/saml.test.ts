import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findSamlKeys } from '../../src/core/saml-connections/keys.ts'
import { application, claimsOf, dpopKey, type TestApp, through } from '../builders.ts'
import { rowsOf } from '../house/legacy.ts'
import { REDIRECT_URI, returned } from '../house/oauth.ts'
import { eventsOf } from '../house/rows.ts'
import { beginSaml, type Connection, withConnection } from '../house/saml-connections.ts'
import { ADA, type Posted, post } from '../house/saml-idp.ts'
import { finalizeWith } from '../house/tokens.ts'
import { race, tally, twoServers } from './contenders.ts'

const [first, second] = await twoServers()
const on = (app: TestApp, i: number) => through(i % 2 === 0 ? first : second, app)
const postAll = (app: TestApp, postOf: (i: number) => Posted) => race((i) => post(on(app, i), postOf(i)))

async function answered(app: TestApp, connection: Connection) {
  const { url, verifier } = await beginSaml(app, connection)
  return { url, verifier, posted: await connection.idp.login(url, ADA) }
}

async function assertOneUser(app: TestApp) {
  const { users = [], federated_identities = [] } = await rowsOf(first, app)
  assert.deepEqual([users.length, federated_identities.length], [1, 1])
}

test('of sixteen posts of one response one logs in, and all go on to one place', async () => {
  const { app, connection } = await withConnection(first)
  const { posted, verifier } = await answered(app, connection)
  const answers = await postAll(app, () => posted)
  const locations = new Set(answers.map((answer) => answer.headers.get('location')))
  assert.equal(locations.size, 1)
  const { challenge_token = '' } = returned(answers[0] as (typeof answers)[0])
  const key = await dpopKey(first)
  const sessions = await race((i) => finalizeWith(on(app, i), key, challenge_token, { verifier }))
  assert.equal(
    new Set(sessions.map(({ body }) => claimsOf(body.access_token ?? '').sid)).size,
    1,
    JSON.stringify(tally(sessions)),
  )
  await assertOneUser(app)
})

test('of sixteen that differ in what came along, and so are not the same post, one logs in', async () => {
  const { app, connection } = await withConnection(first)
  const { posted } = await answered(app, connection)
  const { SAMLResponse } = posted.fields
  const answers = await postAll(app, (i) => (i % 2 === 0 ? posted : { ...posted, fields: { SAMLResponse } }))
  const tokens = new Set(answers.map((answer) => returned(answer).challenge_token).filter(Boolean))
  assert.equal(tokens.size, 1)
  await assertOneUser(app)
})

test('of sixteen answers to one request one logs in', async () => {
  const { app, connection } = await withConnection(first)
  const { url } = await beginSaml(app, connection)
  const all = await race(() => connection.idp.login(url, ADA))
  const answers = await postAll(app, (i) => all[i] as Posted)
  assert.equal(answers.filter((answer) => returned(answer).challenge_token).length, 1)
  await assertOneUser(app)
})

test('of sixteen posts of a response that nobody has asked for one logs in, and all go on to one place', async () => {
  const { app, connection } = await withConnection(first, { behavior: { default_redirect_uri: REDIRECT_URI } })
  const posted = connection.idp.click(connection.sp, ADA)
  const answers = await postAll(app, () => posted)
  assert.equal(new Set(answers.map((answer) => answer.headers.get('location'))).size, 1)
  await assertOneUser(app)
  assert.equal((await eventsOf(first, app, 'saml.unasked_login')).length, 1)
})

test('sixteen first logins of one person by one company make one user', async () => {
  const { app, connection } = await withConnection(first)
  const all = await race(async () => (await answered(app, connection)).posted)
  const answers = await postAll(app, (i) => all[i] as Posted)
  const users = answers.map((answer) => claimsOf(returned(answer).challenge_token ?? '').sub)
  assert.equal(new Set(users).size, 1)
  await assertOneUser(app)
})

test('four who need the first key of an application at once all sign with the same', async () => {
  const app = await application(first)
  const keys = await Promise.all([0, 1, 2, 3].map((i) => findSamlKeys((i % 2 === 0 ? first : second).deps, app.id)))
  assert.equal(new Set(keys.map(({ privateKey }) => privateKey)).size, 1)
})
