import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answered } from '../../../test/house/legacy.ts'
import { world } from '../../../test/world.ts'
import { passwordConfig, UNCONFIGURED } from './config.ts'
import { findFault } from './policy.ts'

const w = await world('sqlite')
const config = (change: object = {}) => passwordConfig.parse({ ...UNCONFIGURED, ...change })
const fault = (password: string, change?: object) => findFault(w.deps, config(change), password)
const RANGE = 'https://ranges.example.com/range'
const LOOKUP = { breached_lookup: { enabled: true, range_url: RANGE } }

test('common passwords are refused in any case, unless the application takes them', async () => {
  for (const password of ['password1', 'PASSWORD1', 'Password1', 'ｐａｓｓｗｏｒｄ１', 'trustno1'])
    assert.match((await fault(password)) ?? '', /most common/, password)
  assert.equal(await fault('password1', { refuse_common: false }), undefined)
  assert.equal(await fault('correct horse battery'), undefined)
})

test('length comes first, and no password is longer than 1024 or broken', async () => {
  assert.match((await fault('abc123')) ?? '', /at least 8 /)
  const endless = { password_compliancy: { ...UNCONFIGURED.password_compliancy, max_length: 0 } }
  assert.match((await fault('x'.repeat(1025), endless)) ?? '', /at most 1024 /)
  assert.equal(await fault('xy'.repeat(512), endless), undefined)
  assert.match((await fault('half a pair \ud83d')) ?? '', /halves/)
})

test('only the first five digits of the SHA-1 are sent, and padding is asked for', async () => {
  w.fakeNetwork(async () => answered(''))
  w.outbound.length = 0
  assert.equal(await fault('correct horse battery', LOOKUP), undefined)
  const [request] = w.outbound
  // printf 'correct horse battery' | sha1sum
  assert.equal(request?.url, `${RANGE}/98DEC`)
  assert.equal(request?.headers?.['add-padding'], 'true')
  assert.deepEqual([request?.timeoutMs, request?.maxBytes], [2_000, 262_144])
})

test('a password in the answer is refused; padding and other passwords are not', async () => {
  // printf 'P@ssw0rd-of-old' | sha1sum, without the first five digits
  const suffix = '41FB59A8456C1639778A00549D0DE9BC26B'
  for (const [body, breached] of [
    [`0018A45C4D1DEF81644B54AB7F969B88D65:1\r\n${suffix}:3\r\n`, true],
    [`${suffix.toLowerCase()}:10`, true],
    [`${suffix}:0\r\n`, false],
    [`0${suffix}:4\r\n`, false],
    [`${suffix.slice(1)}0:4\r\n`, false],
    ['<html>busy</html>', false],
    ['', false],
  ] as const) {
    w.fakeNetwork(async () => answered(body))
    assert.equal((await fault('P@ssw0rd-of-old', LOOKUP)) !== undefined, breached, body)
  }
})

test('a lookup that does not answer keeps nobody from a password, and the log says so', async () => {
  for (const outcome of [{ kind: 'failed', reason: 'timeout' } as const, answered('busy', 503)]) {
    w.fakeNetwork(async () => outcome)
    w.log.length = 0
    assert.equal(await fault('correct horse battery', LOOKUP), undefined)
    assert.match(w.log.join(''), /breached passwords did not answer/)
    assert.ok(!w.log.join('').includes('horse'))
  }
})

test('without the lookup nobody is asked', async () => {
  w.outbound.length = 0
  await fault('correct horse battery')
  assert.equal(w.outbound.length, 0)
})
