import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { batchSize, framing, MAX_LINE_BYTES, type RawLine } from './framing.ts'

const frame = (pieces: readonly Uint8Array[], offset = 0) => {
  const frames = framing(offset)
  return [...pieces.flatMap((piece) => frames.push(piece)), ...frames.end()]
}
const shown = (lines: readonly RawLine[]) =>
  lines.map(({ start, end, bytes }) => [start, end, bytes && Buffer.from(bytes).toString()])

test('a file cut anywhere has the same lines, and from any line on the rest of them', () => {
  const anyFile = fc.array(fc.stringMatching(/^[ab\r]{0,5}$/), { maxLength: 6 }).map((lines) => lines.join('\n'))
  fc.assert(
    fc.property(anyFile, fc.array(fc.nat(40), { maxLength: 5 }), fc.nat(5), (text, cuts, from) => {
      const file = Buffer.from(text)
      const places = [0, ...cuts.filter((cut) => cut < file.length).sort((a, b) => a - b), file.length]
      const pieces = places.slice(1).map((end, i) => file.subarray(places[i], end))
      const lines = shown(frame(pieces))
      const expected = text.endsWith('\n') || text === '' ? text.split('\n').slice(0, -1) : text.split('\n')
      assert.deepEqual(
        lines.map(([, , line]) => line),
        expected,
      )
      const offset = Number(lines[from]?.[0] ?? file.length)
      assert.deepEqual(shown(frame([file.subarray(offset)], offset)), lines.slice(from))
    }),
  )
})

test('of a line that is too long nothing is kept, and the next one is read', () => {
  const long = Buffer.alloc(MAX_LINE_BYTES + 1, 'x')
  const lines = frame([long.subarray(0, 10), long.subarray(10), Buffer.from('\nnext\n'), long.subarray(1)])
  assert.deepEqual(shown(lines.slice(0, 2)), [
    [0, MAX_LINE_BYTES + 2, undefined],
    [MAX_LINE_BYTES + 2, MAX_LINE_BYTES + 7, 'next'],
  ])
  assert.equal(lines[2]?.bytes?.byteLength, MAX_LINE_BYTES)
})

test('of long lines fewer are loaded together, and one always is', () => {
  const linesOf = (...sizes: readonly number[]) =>
    framing(0).push(Buffer.from(sizes.map((size) => `${'x'.repeat(size - 1)}\n`).join('')))
  const kib = 1024
  for (const [lines, most, expected] of [
    [linesOf(), 100, 0],
    [linesOf(1, 1, 1), 100, 3],
    [linesOf(1, 1, 1), 2, 2],
    [linesOf(200 * kib), 100, 1],
    [linesOf(200 * kib, 1), 100, 1],
    [linesOf(1, 200 * kib, 1), 100, 1],
    [linesOf(64 * kib, 64 * kib, 1), 100, 2],
    [linesOf(64 * kib, 64 * kib + 1), 100, 1],
  ] as const)
    assert.equal(batchSize(lines, most), expected)
})
