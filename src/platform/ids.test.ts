import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Deps } from './deps.ts'
import { idBytes, idOf, newId, orderedIds } from './ids.ts'

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
const zeros = (length: number) => new Uint8Array(length)
const ones = (length: number) => new Uint8Array(length).fill(0xff)
const at = (ms: number, random = zeros) => newId('usr', { now: () => ms, random })
const hexOf = (id: string) => Buffer.from(idBytes('usr', id) ?? []).toString('hex')

test('an id is its prefix and 26 characters that mean 16 bytes', () => {
  assert.match(at(NOW), /^usr_[0-7][0-9abcdefghjkmnpqrstvwxyz]{25}$/)
})

test('the bytes are a UUID of version 7: time first, then version, variant and random bits', () => {
  const time = NOW.toString(16).padStart(12, '0')
  assert.equal(hexOf(at(NOW)), `${time}70008000000000000000`)
  assert.equal(hexOf(at(NOW, ones)), `${time}7fffbfffffffffffffff`)
})

test('the random source is left as it was', () => {
  const bytes = zeros(16)
  at(NOW, () => bytes)
  assert.deepEqual(bytes, zeros(16))
})

test('ids sort by the time of their making', () => {
  const times = fc.integer({ min: 0, max: 2 ** 48 - 1 })
  fc.assert(
    fc.property(times, times, (a, b) => {
      if (a !== b) assert.equal(at(a, ones) < at(b), a < b)
    }),
  )
})

test('an id and its bytes lead to each other', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      assert.deepEqual(idBytes('ses', idOf('ses', bytes)), bytes)
    }),
  )
})

test('what is no id of the prefix has no bytes', () => {
  const id = at(NOW)
  for (const wrong of [
    '',
    'usr',
    'usr_',
    id.slice(4),
    id.slice(0, -1),
    `${id}0`,
    id.replace('usr_', 'ses_'),
    id.toUpperCase(),
    `usr_8${id.slice(5)}`,
    `usr_${'u'.repeat(26)}`,
    ` ${id}`,
    `${id}\n`,
  ]) {
    assert.equal(idBytes('usr', wrong), undefined, wrong)
  }
})

test('ordered ids sort as they were made, whatever the clock and the random source say, more than fit into a millisecond too', () => {
  const clock = fc.array(fc.integer({ min: NOW - 1000, max: NOW + 1000 }), { minLength: 1, maxLength: 100 })
  fc.assert(
    fc.property(clock, fc.boolean(), (times, late) => {
      let now = NOW
      let made = 0
      const random = () => (++made % 2 ? ones(16) : zeros(16))
      const next = orderedIds({ now: () => now, random } as unknown as Deps)
      const ids = late ? Array.from({ length: 4_100 }, () => next('evt')) : []
      for (const time of times) {
        now = time
        ids.push(next('evt'), next('evt'))
      }
      assert.deepEqual(ids.toSorted(), ids)
      assert.equal(new Set(ids).size, ids.length)
    }),
    { numRuns: 50 },
  )
})

test('an ordered id tells the time of its making', () => {
  const next = orderedIds({ now: () => NOW, random: ones } as unknown as Deps)
  const ids = [next('evt'), next('evt')].map((id) => Buffer.from(idBytes('evt', id) ?? []).toString('hex'))
  const time = NOW.toString(16).padStart(12, '0')
  assert.deepEqual(ids, [`${time}7000bfffffffffffffff`, `${time}7001bfffffffffffffff`])
})
