import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestApp } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { assertDenied } from '../../../test/house/management.ts'
import {
  importedUser,
  logIn,
  passwordApp,
  storedPassword,
  userWithPassword,
  WRONG,
} from '../../../test/house/passwords.ts'
import { stages } from '../../../test/house/stages.ts'
import type { World } from '../../../test/world.ts'

const EMAIL = 'ada@example.com'
const PASSWORD = 'legacy-pass-1'
const PEPPER = 'devise pepper'
const DEVISE = 'bcrypt+pepper:devise:$2a$05$F7WCm42B.W9BqWTCE.XoBe6igLZVhokdPWrXcqa1/w0MBX8Gz5/OW'
const FIREBASE =
  '$firebase-scrypt$key=shop$nXbh/4oDzWy+uA==$HTLKcGdykE2tPHp2twhkgxR0d4DuF7tq9MQV84T/jstvFFugVHHE7QYkswMnkaTd4sSWry5u1KJd5DU1zIyYTg=='
const PROJECT = {
  kind: 'firebase_scrypt',
  mem_cost: 14,
  rounds: 8,
  salt_separator: 'Bw==',
  signer_key: 'hZ3Z2Mu/yd4fXAdUj3cFIQGQaV6OQqmkR3xCcbKAliup1HbRhKBMXep/3BLouv941QSbJCweM0SedfSNWVA6wA==',
}
const SECRETS = '/config/login/password/secrets'

async function keep(app: TestApp, name: string, body: object = { kind: 'pepper', value: PEPPER }) {
  const answer = await app.manage(`${SECRETS}/${name}`, { method: 'PUT', body })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body.secret
}

const forget = (app: TestApp, name: string) => app.manage(`${SECRETS}/${name}`, { method: 'DELETE' })

/** Lose a secret that hashes name, as nobody can by the API. */
const lose = (w: World, app: TestApp) =>
  w.deps.transact((tx) =>
    tx
      .withTables<{ password_secrets: { app_id: string } }>()
      .deleteFrom('password_secrets')
      .where('app_id', '=', app.id)
      .execute(),
  )

for (const { engine, w } of await stages()) {
  test(`${engine}: hashes that name a secret log in once by it, and are ours afterwards`, async () => {
    const app = await passwordApp(w)
    await keep(app, 'devise')
    await keep(app, 'shop', PROJECT)
    for (const [i, password_hash] of [DEVISE, FIREBASE].entries()) {
      const email = `user${i}@example.com`
      const userId = await userWithPassword(w, app, email, { password_hash })
      assert.equal((await storedPassword(w, app, userId))?.secret_name, ['devise', 'shop'][i])
      assertRefused(await logIn(app, email, WRONG), 'unauthorized', 'unauthorized')
      assertRefused(await logIn(app, email, `${PASSWORD}${PEPPER}`), 'unauthorized', 'unauthorized')
      assert.equal((await logIn(app, email, PASSWORD)).status, 200)
      const { hash = '', secret_name } = (await storedPassword(w, app, userId)) ?? {}
      assert.match(hash, /^\$argon2id\$/)
      assert.equal(secret_name, null)
      assert.equal((await logIn(app, email, PASSWORD)).status, 200)
    }
  })

  test(`${engine}: a secret is shown by name, kind and dates alone, is replaced, and is sealed`, async () => {
    const app = await passwordApp(w)
    const made = await keep(app, 'devise')
    w.advance(1_000)
    const replaced = await keep(app, 'devise', PROJECT)
    assert.deepEqual(Object.keys(replaced).sort(), ['created_at', 'kind', 'name', 'updated_at'])
    assert.deepEqual([replaced.kind, replaced.created_at], ['firebase_scrypt', made.created_at])
    assert.notEqual(replaced.updated_at, made.updated_at)
    assert.deepEqual((await app.manage(SECRETS)).body, { secrets: [replaced] })
    assert.deepEqual((await app.manage(`${SECRETS}/devise`)).body, { secret: replaced })
    const stored = await w.deps.db
      .withTables<Record<string, Record<string, string>>>()
      .selectFrom('password_secrets')
      .selectAll()
      .execute()
    assert.doesNotMatch(JSON.stringify(stored), /hZ3Z2Mu/)
    assert.doesNotMatch(w.log.join(''), /hZ3Z2Mu|devise pepper/)
    assert.equal((await forget(app, 'devise')).status, 204)
    assertDenied(await forget(app, 'devise'), 'not_found', 'not_found')
    assertDenied(await app.manage(`${SECRETS}/devise`), 'not_found', 'not_found')
  })

  test(`${engine}: what is no secret is not kept`, async () => {
    const app = await passwordApp(w)
    for (const [name, body, problem] of [
      ['Devise', { kind: 'pepper', value: PEPPER }, 'params.name'],
      ['devise', { kind: 'pepper', value: '' }, 'body.value'],
      ['devise', { kind: 'other' }, 'body.kind'],
      ['shop', { ...PROJECT, mem_cost: 20 }, 'mem_cost is 20'],
      ['shop', { ...PROJECT, rounds: 9 }, 'rounds is 9'],
      ['shop', { ...PROJECT, signer_key: '!' }, 'not base64'],
      ['shop', { ...PROJECT, signer_key: 'AAAA' }, 'at least 16 bytes'],
    ] as const)
      assertDenied(
        await app.manage(`${SECRETS}/${name}`, { method: 'PUT', body }),
        'invalid_request',
        'bad_request',
        problem,
      )
    assert.deepEqual((await app.manage(SECRETS)).body, { secrets: [] })
  })

  test(`${engine}: a hash that names no secret of its kind is refused; of a hook's record it is left out`, async () => {
    const app = await passwordApp(w)
    await keep(app, 'shop')
    const identifiers = [{ type: 'email_address', value: EMAIL }]
    for (const password_hash of [DEVISE, FIREBASE]) {
      for (const answer of [
        await app.manage('/users', { body: { identifiers, password_hash } }),
        await app.manage(`/users/${crypto.randomUUID()}/password`, { method: 'PUT', body: { password_hash } }),
      ])
        assertDenied(answer, 'unknown_password_secret', 'bad_request', 'which the application does not have')
    }
    const userId = await importedUser(w, app, { external_id: 'devise-1', password_hash: DEVISE })
    assert.equal(await storedPassword(w, app, userId), undefined)
  })

  test(`${engine}: a secret that hashes name is not forgotten; once it is lost all the same, that is our fault and nobody's password`, async () => {
    const app = await passwordApp(w)
    await keep(app, 'devise')
    await userWithPassword(w, app, EMAIL, { password_hash: DEVISE })
    assertDenied(await forget(app, 'devise'), 'password_secret_in_use', 'conflict', '1 password hash names')
    await lose(w, app)
    // Strangers are compared with this user's hash: they cannot tell.
    for (const email of [EMAIL, 'nobody@example.com'])
      assertRefused(await logIn(app, email, PASSWORD), 'internal', 'internal')
    const told = w.log.filter((line) => line.includes('names a secret that is not there'))
    assert.ok(told.length >= 2 && told.every((line) => line.includes('"devise"')))
    await keep(app, 'devise')
    assert.equal((await logIn(app, EMAIL, PASSWORD)).status, 200)
    assert.equal((await forget(app, 'devise')).status, 204)
  })
}
