import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { httpDate, monotonicClock, rfc3339, systemClock, unixSeconds } from './clock.ts'

test('times are told in whole seconds of UTC', () => {
  assert.equal(rfc3339(0), '1970-01-01T00:00:00Z')
  assert.equal(rfc3339(Date.UTC(2026, 0, 2, 3, 4, 5, 999)), '2026-01-02T03:04:05Z')
  assert.equal(rfc3339(Date.UTC(2028, 1, 29)), '2028-02-29T00:00:00Z')
})

test('a fraction of a second is dropped, never rounded up', () => {
  assert.equal(unixSeconds(1_999), 1)
  assert.equal(unixSeconds(2_000), 2)
})

test('the Date header follows its clock, second by second, back too', () => {
  let now = Date.UTC(2026, 0, 2, 3, 4, 5, 0)
  const date = httpDate(() => now)
  assert.equal(date(), 'Fri, 02 Jan 2026 03:04:05 GMT')
  now += 999
  assert.equal(date(), 'Fri, 02 Jan 2026 03:04:05 GMT')
  now += 1
  assert.equal(date(), 'Fri, 02 Jan 2026 03:04:06 GMT')
  now -= 86_400_000
  assert.equal(date(), 'Thu, 01 Jan 2026 03:04:06 GMT')
})

test('two servers in one process each follow their own clock', () => {
  const [one, other] = [httpDate(() => 0), httpDate(() => 1_000)]
  assert.deepEqual(
    [one(), other(), one()],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 'Thu, 01 Jan 1970 00:00:01 GMT', 'Thu, 01 Jan 1970 00:00:00 GMT'],
  )
})

test('the monotonic clock counts milliseconds, forward alone', async () => {
  const begun = monotonicClock()
  await wait(20)
  const passed = monotonicClock() - begun
  assert.ok(passed >= 18 && passed < 10_000, `${passed} ms`)
})

test('the system clock counts milliseconds', () => {
  const before = Date.now()
  const now = systemClock()
  assert.ok(before <= now && now <= Date.now())
})
