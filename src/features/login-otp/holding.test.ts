import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  application,
  claimsOf,
  login,
  REFRESH,
  sentCode,
  sentCodes,
  type TestApp,
  user,
} from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import {
  checkWith,
  claimsIn,
  EMAIL,
  FAMILIES,
  identifierOf,
  loginByCode,
  NEW,
  PHONE,
  retryWith,
  started,
  startWith,
  tokenOf,
  WEB,
} from '../../../test/house/codes.ts'
import { linkAccount } from '../../../test/house/federation.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { insertGrants } from '../../core/grants/store.ts'
import { insertIdentifier, listIdentifiers } from '../../core/identifiers/store.ts'
import type { IdentifierType } from '../../core/identifiers/tables.ts'
import { passwordRow } from '../../core/passwords/credential.ts'
import { findPassword, insertPassword } from '../../core/passwords/store.ts'

for (const { engine, w } of await stages()) {
  const claim = (app: TestApp, userId: string, value: string) => {
    const identifier = identifierOf(value) as { type: IdentifierType; value: string }
    return w.deps.transact((tx) => insertIdentifier(tx, w.deps, app.id, userId, identifier, false))
  }

  /** A user who signed up with an address nobody has proven, and knows a password for it. */
  async function signedUp(app: TestApp, value: string, person: Parameters<typeof user>[2] = {}) {
    const userId = await user(w, app, person)
    await claim(app, userId, value)
    const row = passwordRow(w.deps, app.id, { userId, hash: '$x' })
    await w.deps.transact((tx) => insertPassword(tx, row))
    w.advance(1000)
    return userId
  }

  const held = async (app: TestApp, userId: string) =>
    (await listIdentifiers(w.deps.db, app.id, [userId])).map(({ value, verified_at }) => [value, verified_at !== null])
  const usersOf = async (app: TestApp): Promise<number> => (await app.manage('/users')).body.users.length
  const passwordOf = async (app: TestApp, userId: string) => (await findPassword(w.deps.db, app.id, userId))?.hash

  test(`${engine}: the right code of an unknown address or number creates its user once, proven`, async () => {
    const app = await application(w)
    for (const value of [EMAIL, PHONE]) {
      const subjects = new Set<unknown>()
      for (const family of FAMILIES) subjects.add(claimsIn(await loginByCode(w, app, family, value)).sub)
      const [userId = ''] = [...subjects].map(String)
      assert.equal(subjects.size, 1)
      assert.deepEqual(await held(app, userId), [[value, true]])
    }
    assert.equal(await usersOf(app), 2)
    const created = await eventsOf(w, app, 'user.created')
    assert.deepEqual(
      created.map(({ source }) => source),
      ['otp', 'otp'],
    )
  })

  test(`${engine}: a start alone creates nobody, nor does a wrong code`, async () => {
    const app = await application(w)
    const token = await started(app, NEW, EMAIL)
    assertRefused(await checkWith(app, NEW, token, '000000'), 'bad_check_code', 'unauthorized')
    assert.equal(await usersOf(app), 0)
  })

  test(`${engine}: whoever proves an address that somebody signed up with gets the account, and they get out`, async () => {
    const app = await application(w)
    const squatter = await signedUp(app, EMAIL)
    const second = await signedUp(app, EMAIL)
    const client = await login(w, app, squatter)
    const grant = { app_id: app.id, user_id: squatter, session_id: '', jti: '', scope: 'pay' }
    await w.deps.transact((tx) => insertGrants(tx, w.deps, [{ ...grant, expires_at: w.deps.now() + 1e9 }]))
    const answer = await loginByCode(w, app, WEB, EMAIL)
    const claims = claimsOf(answer.body.access_token)
    assert.deepEqual([claims.sub, claims.scope], [squatter, undefined])
    assert.equal(await passwordOf(app, squatter), undefined)
    assertRefused(await client.post(REFRESH), 'unauthorized', 'unauthorized')
    assert.deepEqual(await held(app, squatter), [[EMAIL, true]])
    assert.deepEqual(await held(app, second), [])
    assert.equal(await passwordOf(app, second), undefined)
    assert.deepEqual(await eventsOf(w, app, 'user.identifier.deleted'), [])
    const proven = (await eventsOf(w, app, 'user.identifier.created')).map(({ user_id }) => user_id)
    assert.deepEqual(proven, [squatter])
    assert.equal(await usersOf(app), 2)
  })

  test(`${engine}: who is somebody otherwise keeps password and sessions, and loses the claim`, async () => {
    for (const make of [
      (app: TestApp) => signedUp(app, EMAIL, { externalId: 'legacy-1' }),
      (app: TestApp) => signedUp(app, EMAIL, { phone: PHONE }),
      async (app: TestApp) => {
        const userId = await signedUp(app, EMAIL)
        await linkAccount(w, app, userId, 'google', '1')
        return userId
      },
    ]) {
      const app = await application(w)
      const claimant = await make(app)
      const client = await login(w, app, claimant)
      const answer = await loginByCode(w, app, NEW, EMAIL)
      assert.notEqual(claimsIn(answer).sub, claimant)
      assert.equal(await passwordOf(app, claimant), '$x')
      assert.equal((await client.post(REFRESH)).status, 200)
      assert.ok(!(await held(app, claimant)).some(([value]) => value === EMAIL))
      assert.deepEqual(await held(app, String(claimsIn(answer).sub)), [[EMAIL, true]])
    }
  })

  test(`${engine}: the owner gets in whoever else claims the address, and the claims are gone`, async () => {
    const app = await application(w)
    const claimant = await signedUp(app, EMAIL)
    const owner = await user(w, app, { email: EMAIL })
    assert.equal(claimsIn(await loginByCode(w, app, NEW, EMAIL)).sub, owner)
    assert.deepEqual(await held(app, claimant), [])
    assert.equal(await passwordOf(app, claimant), undefined)
  })

  test(`${engine}: who is blocked, or unknown where nobody may sign up, is told nothing and gets nothing`, async () => {
    const open = await application(w)
    const closed = await application(w, { settings: { otp: { sign_up: 'existing_only' } } })
    const blocked = await user(w, open, { email: EMAIL })
    await open.manage(`/users/${blocked}/status`, { method: 'PUT', body: { status: 'inactive' } })
    for (const family of FAMILIES) {
      const shapes: unknown[] = []
      for (const [app, value, arrives] of [
        [open, 'known@example.com', 1],
        [open, EMAIL, 0],
        [closed, 'nobody@example.com', 0],
      ] as const) {
        const before = (await sentCodes(w, app, value)).length
        const start = await startWith(app, family, value)
        const token = tokenOf(start)
        assert.equal((await sentCodes(w, app, value)).length - before, arrives, value)
        const answers = [start, await checkWith(app, family, token, '000000'), await retryWith(app, family, token)]
        for (let i = 0; i < 5; i++) answers.push(await checkWith(app, family, token, '000000'))
        for (let i = 0; i < 3; i++) answers.push(await retryWith(app, family, token))
        shapes.push(answers.map((answer) => shapeOf(app, answer)))
        w.advance(600_000)
        assertRefused(await checkWith(app, family, token, '000000'), 'unauthorized', 'unauthorized')
      }
      assert.deepEqual(shapes[1], shapes[0])
      assert.deepEqual(shapes[2], shapes[0])
    }
    assert.deepEqual([await usersOf(open), await usersOf(closed)], [1, 0])
  })

  /** Status, body and headers, with what differs from call to call left out. */
  function shapeOf(app: TestApp, { status, headers, body }: Awaited<ReturnType<TestApp['call']>>) {
    const shown = [...headers].map(([name, value]) => [
      name,
      value.replaceAll(app.id, 'app').replace(/vt_[\w-]{43}|req_[\w-]{16}/, 'x'),
    ])
    const rest = shown.filter(([name]) => name !== 'date')
    return { status, headers: rest, body: typeof body === 'string' ? body : { ...body, request_id: 'x' } }
  }

  test(`${engine}: who is blocked after the code left has no right code any more`, async () => {
    for (const family of FAMILIES) {
      const app = await application(w)
      const userId = await user(w, app, { email: EMAIL })
      const token = await started(app, family, EMAIL)
      const code = await sentCode(w, app, EMAIL)
      await app.manage(`/users/${userId}/status`, { method: 'PUT', body: { status: 'inactive' } })
      for (let i = 0; i < 6; i++)
        assertRefused(await checkWith(app, family, token, code), 'bad_check_code', 'unauthorized')
    }
  })

  test(`${engine}: without sign-up known users log in, and those who signed up and proved nothing too`, async () => {
    const app = await application(w, { settings: { otp: { sign_up: 'existing_only' } } })
    const known = await user(w, app, { email: EMAIL })
    const claimant = await signedUp(app, 'grace@example.com')
    assert.equal(claimsIn(await loginByCode(w, app, NEW, EMAIL)).sub, known)
    assert.equal(claimsIn(await loginByCode(w, app, NEW, 'grace@example.com')).sub, claimant)
  })
}
