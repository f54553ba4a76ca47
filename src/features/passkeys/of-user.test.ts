import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, user } from '../../../test/builders.ts'
import { assertNoContent } from '../../../test/house/answers.ts'
import { assertNotFound } from '../../../test/house/management.ts'
import { passkeyLogin, signedIn, withPasskey, withPasskeys } from '../../../test/house/passkeys.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { rfc3339 } from '../../platform/clock.ts'

for (const { engine, w } of await stages()) {
  test(`${engine}: support sees the passkeys of a user, and deletes that of a lost device, or all`, async () => {
    const it = await withPasskeys(w)
    const ana = await signedIn(it, { email: 'ana@example.com' })
    const path = `/users/${ana.userId}/passkeys`
    const of = async () => (await it.app.manage(path)).body.passkeys
    assert.deepEqual(await of(), [])
    const createdAt = rfc3339(w.deps.now())
    const lost = await withPasskey(it, ana)
    w.advance(1_000)
    const kept = await withPasskey(it, ana, { flags: { be: true, bs: true } })
    const others = await withPasskey(it, await signedIn(it))
    await passkeyLogin(it, lost)
    const [first, second, ...more] = await of()
    assert.deepEqual(first, {
      credential_id: lost.id,
      rp_id: it.config.rp_id,
      aaguid: '00000000-0000-0000-0000-000000000000',
      transports: ['internal'],
      backup_eligible: false,
      backup_state: false,
      created_at: createdAt,
      last_used_at: rfc3339(w.deps.now()),
    })
    assert.equal(second.credential_id, kept.id)
    assert.equal(second.backup_state, true)
    assert.deepEqual(more, [])

    assertNotFound(await it.app.manage(`${path}/${others.id}`, { method: 'DELETE' }))
    assertNoContent(await it.app.manage(`${path}/${lost.id}`, { method: 'DELETE' }))
    assertNotFound(await it.app.manage(`${path}/${lost.id}`, { method: 'DELETE' }))
    assert.equal((await passkeyLogin(it, lost)).kind, 'refused')
    const all = await it.app.manage(path, { method: 'DELETE' })
    assert.deepEqual([all.status, all.body], [200, { deleted: 1 }])
    assert.deepEqual((await it.app.manage(path, { method: 'DELETE' })).body, { deleted: 0 })
    assert.equal((await passkeyLogin(it, others)).kind, 'proven')

    const gone = await eventsOf(w, it.app, 'user.passkey.deleted')
    const deletedAt = rfc3339(w.deps.now())
    assert.deepEqual(
      gone.map(({ session_id, deleted_at, credential }) => [
        session_id,
        deleted_at,
        (credential as { credential_id: string }).credential_id,
      ]),
      [lost, kept].map(({ id }) => [null, deletedAt, id]),
    )
    await w.drain()
    const mail = (await it.app.manage('/mailbox')).body.mail.map(({ text }: { text: string }) => text)
    assert.equal(mail.filter((text: string) => text.includes('passkey was removed')).length, 2, mail.join('\n'))
  })

  test(`${engine}: passkeys of nobody, or of another application's user, are not there`, async () => {
    const it = await withPasskeys(w)
    const one = await withPasskey(it, await signedIn(it))
    const elsewhere = await application(w)
    const stranger = await user(w, elsewhere)
    const foreign = await signedIn(it)
    for (const [app, id] of [
      [it.app, 'usr_nobody'],
      [it.app, stranger],
      [elsewhere, foreign.userId],
    ] as const) {
      assertNotFound(await app.manage(`/users/${id}/passkeys`))
      assertNotFound(await app.manage(`/users/${id}/passkeys`, { method: 'DELETE' }))
      assertNotFound(await app.manage(`/users/${id}/passkeys/${one.id}`, { method: 'DELETE' }))
    }
    assertNotFound(await it.app.manage(`/users/${foreign.userId}/passkeys/none`, { method: 'DELETE' }))
  })
}
