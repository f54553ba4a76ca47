import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Logger } from './log.ts'
import { onHangUp } from './signals.ts'

test('a SIGHUP that came to nothing is logged, and the next one is heard', async () => {
  const logged: unknown[] = []
  const given = onHangUp({ error: ({ err }: { err: Error }) => logged.push(err.message) } as unknown as Logger)
  const turns = () => new Promise((resolve) => setImmediate(resolve))
  given(async () => {
    throw new Error('no certificate')
  })
  process.emit('SIGHUP')
  await turns()
  let done = 0
  given(async () => {
    done += 1
  })
  process.emit('SIGHUP')
  await turns()
  assert.deepEqual([logged, done], [['no certificate'], 1])
})

test('SIGHUPs that come before anything can be done are answered once, when it can', async () => {
  const given = onHangUp({} as Logger)
  const turns = () => new Promise((resolve) => setImmediate(resolve))
  process.emit('SIGHUP')
  process.emit('SIGHUP')
  await turns()
  let done = 0
  given(async () => {
    done += 1
  })
  await turns()
  assert.equal(done, 1)
})
