import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, user } from '../../../test/builders.ts'
import { storedPassword } from '../../../test/house/passwords.ts'
import { stages } from '../../../test/house/stages.ts'
import { decoyKeyOf, passwordRow } from './credential.ts'
import { findDecoy, findPassword, insertPassword, putPassword, swapHash } from './store.ts'

for (const { engine, w } of await stages()) {
  const { deps } = w

  test(`${engine}: each stranger is compared with one user’s hash, always the same, and every user’s turn comes`, async () => {
    const app = await application(w)
    const hashes = Array.from({ length: 12 }, (_, i) => `hash ${i}`)
    await deps.transact(async (tx) => {
      for (const hash of hashes) await putPassword(tx, passwordRow(deps, app.id, { userId: `usr_${hash}`, hash }))
    })
    const decoyOf = async (email: string) => (await findDecoy(deps.db, app.id, decoyKeyOf(deps, app.id, email)))?.hash
    const drawn = new Set<string | undefined>()
    for (let i = 0; i < 400; i++) {
      const decoy = await decoyOf(`user${i}@example.com`)
      assert.equal(await decoyOf(`user${i}@example.com`), decoy)
      drawn.add(decoy)
    }
    assert.ok(drawn.size > 8, `${drawn.size} of 12 were drawn`)
    assert.ok(!drawn.has(undefined))
  })

  test(`${engine}: the order goes round, and ends at the application`, async () => {
    const [app, other] = [await application(w), await application(w)]
    await deps.transact((tx) => putPassword(tx, passwordRow(deps, app.id, { userId: 'usr_1', hash: 'only' })))
    for (const place of ['', '0', 'f'.repeat(64)]) {
      assert.equal((await findDecoy(deps.db, app.id, place))?.hash, 'only')
      assert.equal(await findDecoy(deps.db, other.id, place), undefined)
    }
    assert.notEqual(decoyKeyOf(deps, app.id, 'a'), decoyKeyOf(deps, other.id, 'a'))
  })

  test(`${engine}: a hash is swapped only for the one that was verified`, async () => {
    const app = await application(w)
    const userId = await user(w, app)
    const swap = (from: string, to: string) => deps.transact((tx) => swapHash(tx, app.id, userId, from, to))
    assert.equal(await swap('old', 'new'), false)
    await deps.transact((tx) => putPassword(tx, passwordRow(deps, app.id, { userId, hash: 'old' })))
    assert.equal(await swap('other', 'new'), false)
    assert.equal((await findPassword(deps.db, app.id, userId))?.hash, 'old')
    assert.equal(await swap('old', 'new'), true)
    assert.equal(await swap('old', 'newer'), false)
    assert.equal((await findPassword(deps.db, app.id, userId))?.hash, 'new')
  })

  test(`${engine}: a password that is set keeps the address of a sign-up; a first one is given once`, async () => {
    const app = await application(w)
    const userId = await user(w, app)
    const row = (hash: string, unprovenEmail?: string) =>
      passwordRow(deps, app.id, { userId, hash, ...(unprovenEmail && { unprovenEmail }) })
    assert.equal(await deps.transact((tx) => insertPassword(tx, row('first', 'ada@example.com'))), true)
    assert.equal(await deps.transact((tx) => insertPassword(tx, row('second'))), false)
    w.advance(1_000)
    await deps.transact((tx) => putPassword(tx, row('third')))
    const stored = await storedPassword(w, app, userId)
    assert.equal(stored?.hash, 'third')
    assert.equal(stored?.unproven_email, 'ada@example.com')
    assert.equal(stored?.updated_at, deps.now())
    const elsewhere = passwordRow(deps, app.id, { userId: 'usr_2', hash: 'x', unprovenEmail: 'ada@example.com' })
    assert.equal(await deps.transact((tx) => insertPassword(tx, elsewhere)), false)
  })
}
