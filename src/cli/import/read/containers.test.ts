import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { CONTAINERS, readAgain, readAll, refusalsOf, rowsOf } from './written.fixture.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .array(fc.constantFrom('"', ',', ';', '\n', '\r\n', '\\', '\t', ' ', ':', '\\.', 'é', '{', ']', '\u{1f600}'))
    .map((parts) => parts.join('')),
)
const clean = text.map((value) => value.replaceAll('\0', '').replaceAll('\u001a', '').toWellFormed())
const rows = fc.array(fc.record({ a: clean, b: clean, c: clean }, { noNullPrototype: true }), { maxLength: 6 })

/** Bytes in pieces of these sizes, again and again. */
function piecesOf(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] as number
    pieces.push(bytes.subarray(at, at + size))
    at += size
  }
  return pieces
}
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })

const utf8 = (written: string) => Buffer.from(written)
const ENCODINGS: readonly ((written: string) => Buffer)[] = [
  utf8,
  (written) => Buffer.from(`\ufeff${written}`),
  (written) => Buffer.from(`\ufeff${written}`, 'utf16le'),
  (written) => gzipSync(Buffer.from(`\ufeff${written}`)),
]

for (const [name, { file, write, read }] of Object.entries(CONTAINERS)) {
  describe(name, () => {
    test('any rows, written in any encoding and cut into any pieces, read the same, also again at their place', async () => {
      await fc.assert(
        fc.asyncProperty(rows, sizes, fc.constantFrom(...ENCODINGS), async (given, cuts, encode) => {
          const bytes = encode(write(given))
          const items = await readAll(piecesOf(bytes, cuts), file)
          const refusals = refusalsOf(items).filter(({ fault }) => given.length > 0 || fault !== 'empty')
          assert.deepEqual(refusals, [])
          assert.deepEqual(rowsOf(items), given.map(read))
          if (ENCODINGS.indexOf(encode) < 2) assert.deepEqual(readAgain(bytes, items), given.map(read))
        }),
      )
    })

    test('a file that is cut at any byte gives no half of a row', async () => {
      const given = ['x', 'y "1", z\n', 'long enough to be folded'].map((b, i) => ({ a: `${i}`, b, c: `c${i}` }))
      const bytes = utf8(write(given))
      const all = (await readAll([bytes], file)).filter((item) => item.kind === 'row')
      assert.equal(all.length, 3)
      for (let end = 0; end < bytes.length; end++) {
        const items = await readAll([bytes.subarray(0, end)], file)
        const whole = items.filter((item) => item.kind === 'row')
        assert.deepEqual(rowsOf(whole), rowsOf(all).slice(0, whole.length), `at ${end}`)
        for (const row of all) {
          const isHalf = row.byte < end && end < row.byte + row.bytes
          const isTold = refusalsOf(items).length === 1
          assert.ok(!isHalf || isTold, `at ${end}`)
        }
      }
    })
  })
}
