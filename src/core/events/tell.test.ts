import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import { undo } from '../../platform/db.ts'
import { emit } from './store.ts'

for (const { engine, w } of await stages()) {
  const told = () => w.log.splice(0).map((line) => JSON.parse(line))

  test(`${engine}: a hook that failed is a line with its reason, and names no user`, async () => {
    const { id } = await application(w)
    told()
    const payload = { user_id: 'usr_1', scope: 'pay', reason: 'refused', occurred_at: '2026-01-02T03:04:05Z' }
    await w.deps.transact((tx) => emit(tx, w.deps, id, 'step_up.hook_failed', payload))
    const [{ time: _, ...line }] = told()
    assert.deepEqual(line, { level: 'warn', app: id, scope: 'pay', reason: 'refused', msg: 'a step-up hook failed' })
  })

  test(`${engine}: why a message was not delivered is told without the address that a provider repeats`, async () => {
    const { id } = await application(w)
    told()
    const reason = 'smtp: 550 no mailbox <ada@example.com>; vonage: +33612345678 is barred'
    const what = { message_id: 'msg_1', channel: 'email', recipient: 'a••@example.com', template: 'otp', reason }
    await w.deps.transact((tx) => emit(tx, w.deps, id, 'message.failed', what))
    const [line] = told()
    assert.equal(line.reason, 'smtp: 550 no mailbox <[redacted]>; vonage: [redacted] is barred')
    assert.deepEqual([line.message_id, line.channel, line.template], ['msg_1', 'email', 'otp'])
    assert.ok(!('recipient' in line))
  })

  test(`${engine}: an erased user and a reused refresh token are lines of their application, and name nobody`, async () => {
    const { id } = await application(w)
    told()
    const at = '2026-01-02T03:04:05Z'
    await w.deps.transact(async (tx) => {
      await emit(tx, w.deps, id, 'user.deleted', { user_id: 'usr_1', deleted_at: at })
      const reused = { user_id: 'usr_1', session_id: 'ses_1', occurred_at: at }
      await emit(tx, w.deps, id, 'session.refresh_reused', reused)
      const spent = { budget: 'country', subject: 'FR', limit: 100, ends_at: at }
      await emit(tx, w.deps, id, 'otp.budget_spent', spent)
    })
    const lines = told().map(({ time: _, ...line }) => line)
    assert.deepEqual(lines, [
      { level: 'info', app: id, msg: 'a user was erased' },
      { level: 'warn', app: id, msg: 'a used up refresh token was presented again' },
      { level: 'warn', app: id, budget: 'country', msg: 'codes are held back: too many were not entered' },
    ])
  })

  test(`${engine}: new keys are lines that say which, and when they sign`, async () => {
    const { id } = await application(w)
    told()
    const key = { purpose: 'access_token', alg: 'EdDSA', kid: 'k2', activates_at: '2026-01-03T03:04:05Z' }
    await w.deps.transact(async (tx) => {
      await emit(tx, w.deps, id, 'key.rotated', key)
      await emit(tx, w.deps, id, 'management_key.rotated', { key_id: 'key_1' })
    })
    const lines = told().map(({ time: _, ...line }) => line)
    assert.deepEqual(lines, [
      { level: 'info', app: id, ...key, msg: 'a signing key was made' },
      { level: 'info', app: id, key_id: 'key_1', msg: 'a management key was rotated' },
    ])
  })

  test(`${engine}: what is rolled back is not told, and of one reason ten lines a minute are`, async () => {
    const { id } = await application(w)
    told()
    const fail = () => ({ reason: 'unreachable', occurred_at: '2026-01-02T03:04:05Z' })
    await w.deps.transact(async (tx) => {
      await emit(tx, w.deps, id, 'migration.hook_failed', fail())
      return undo('nothing')
    })
    assert.deepEqual(told(), [])
    for (let i = 0; i < 12; i++) {
      await w.deps.transact((tx) => emit(tx, w.deps, id, 'migration.hook_failed', fail()))
    }
    assert.equal(told().filter(({ msg }) => msg === 'a migration hook failed').length, 10)
  })
}
