import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { framing, MAX_LINE_BYTES, type RawLine } from './framing.ts'

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
