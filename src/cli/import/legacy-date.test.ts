import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readDate } from './legacy-date.ts'

const AT = Date.UTC(2024, 0, 15, 10, 30)
const at = (ms = AT, zoned = true) => ({ kind: 'time', ms, zoned })
const NONE = { kind: 'none' }
const UNREADABLE = { kind: 'unreadable' }

const FORMS: readonly [value: unknown, date: object][] = [
  ['2024-01-15T10:30:00Z', at()],
  ['2024-01-15T10:30:00.123Z', at(AT + 123)],
  ['2024-01-15T10:30:00.1Z', at(AT + 100)],
  ['2024-01-15T11:30:00+01:00', at()],
  ['2024-01-15 10:30:00.000000+00', at()],
  ['2024-01-15 05:00:00-0530', at()],
  ['2024-01-15 10:30:00 UTC', at()],
  ['2024-01-15 10:30:00.1234567 +00:00', at(AT + 123)],
  ['2024-01-15T10:30:00', at(AT, false)],
  ['2024-01-15 10:30:00', at(AT, false)],
  ['2024-01-15T10:30', at(AT, false)],
  ['2024-01-15', at(Date.UTC(2024, 0, 15), false)],
  ['20240115103000Z', at()],
  ['20240115103000.0Z', at()],
  ['202401151030Z', at()],
  ['20240115113000+0100', at()],
  [AT, at()],
  [String(AT), at()],
  [AT / 1000, at()],
  [String(AT / 1000), at()],
  [1672531200.5, at(1672531200500)],
  [{ $date: '2024-01-15T10:30:00Z' }, at()],
  [{ $date: AT }, at()],
  [{ $date: { $numberLong: String(AT) } }, at()],
  ['9999-12-31T23:59:59.9999999+00:00', at(Date.UTC(9999, 11, 31, 23, 59, 59, 999))],
  ['0000-00-00 00:00:00', NONE],
  ['0001-01-01T00:00:00', NONE],
  ['', NONE],
  [0, NONE],
  [null, NONE],
  [undefined, NONE],
  ['2024-02-30 10:30:00', UNREADABLE],
  ['2024-13-01', UNREADABLE],
  ['2024-01-15 25:00:00', UNREADABLE],
  ['15/01/2024', UNREADABLE],
  ['yesterday', UNREADABLE],
  [true, UNREADABLE],
  [[], UNREADABLE],
  [{ $date: { $numberLong: 5 } }, UNREADABLE],
  [Number.NaN, UNREADABLE],
  [1e300, UNREADABLE],
]
for (const [value, date] of FORMS) {
  test(`a date: ${JSON.stringify(value)}`, () => assert.deepEqual(readDate(value), date))
}

const SECOND_FORMS: readonly ((iso: string, ms: number) => unknown)[] = [
  (iso) => iso.replace('.000', ''),
  (iso) => iso.replace('T', ' ').replace('.000Z', '+00'),
  (iso) => iso.replace(/[-:T]|\.000/g, ''),
  (iso) => iso.replace('.000Z', ''),
  (_, ms) => ms / 1000,
  (_, ms) => String(ms),
  (iso) => ({ $date: iso }),
]

test('a time comes back from every form that writes it', () => {
  // From 1973 to 2286: there, seconds have at most ten digits and milliseconds at least twelve.
  fc.assert(
    fc.property(fc.integer({ min: 100_000_000, max: 9_999_999_999 }), fc.nat(6), (seconds, form) => {
      const ms = seconds * 1000
      const write = SECOND_FORMS[form]
      const iso = new Date(ms).toISOString()
      const read = readDate(write?.(iso, ms))
      assert.equal(read.kind === 'time' && read.ms, ms, iso)
    }),
    { numRuns: 400 },
  )
})
