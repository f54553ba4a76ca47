import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cbor, coseOf } from '../../../test/house/authenticator.ts'
import { passkeyLogin, signedIn, withPasskey, withPasskeys } from '../../../test/house/passkeys.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { endOlder, lockOut } from '../claims/claims.ts'
import { exportUsers } from '../imports/export.ts'

for (const { engine, w } of await stages()) {
  test(`${engine}: whoever is locked out of an account has no passkey of it left`, async () => {
    const it = await withPasskeys(w)
    const [client, other] = [await signedIn(it), await signedIn(it)]
    const ones = [await withPasskey(it, client), await withPasskey(it, client)]
    const others = await withPasskey(it, other)
    await w.deps.transact((tx) => lockOut(tx, w.deps, it.app.id, client.userId))
    for (const one of ones) assert.equal((await passkeyLogin(it, one)).kind, 'refused')
    assert.equal((await passkeyLogin(it, others)).kind, 'proven')
    const gone = await eventsOf(w, it.app, 'user.passkey.deleted')
    assert.deepEqual(
      gone.map(({ user_id, session_id }) => [user_id, session_id]),
      ones.map(() => [client.userId, null]),
    )
  })

  test(`${engine}: passkeys older than the latest proof of an address may be an earlier holder's, and open nothing any more`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    const older = await withPasskey(it, client)
    w.advance(1)
    const provenAt = w.deps.now()
    const newer = await withPasskey(it, client)
    await w.deps.transact((tx) => endOlder(tx, w.deps, it.app.id, client.userId, provenAt))
    assert.equal((await passkeyLogin(it, older)).kind, 'refused')
    assert.equal((await passkeyLogin(it, newer)).kind, 'proven')
  })

  test(`${engine}: an export takes passkeys along where it takes secrets, as another system can use them`, async () => {
    const it = await withPasskeys(w)
    const client = await signedIn(it)
    const one = await withPasskey(it, client, { counter: 6 })
    const exported = async (hashes: boolean) => {
      const [user] = await exportUsers(w.deps, it.app.id, { limit: 1, hashes })
      return user?.record.leftovers
    }
    assert.equal(await exported(false), undefined)
    const value = {
      credential_id: one.id,
      transports: ['internal'],
      backup_state: false,
      rp_id: 'app.example.com',
      public_key: cbor(coseOf(one.publicKey, 'ES256')).toString('base64url'),
      alg: -7,
      sign_count: 7,
      backup_eligible: false,
      aaguid: '00000000-0000-0000-0000-000000000000',
      created_at: rfc3339(w.deps.now()),
    }
    assert.deepEqual(await exported(true), [{ kind: 'passkey', value }])
  })
}
