import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSpanContextValid } from '@opentelemetry/api'
import fc from 'fast-check'
import { readTraceparent, withTracestate, writeTraceparent } from './traceparent.ts'

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''))
const some = (length: number) => hex(length).filter((text) => /[^0]/.test(text))
const span = fc.record({ traceId: some(32), spanId: some(16), traceFlags: fc.constantFrom(0, 1) })

const GOOD = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

test('what is written is read again', () => {
  fc.assert(
    fc.property(span, (one) => assert.deepEqual(readTraceparent(writeTraceparent(one)), { ...one, isRemote: true })),
  )
})

test('of the flags only whether it is kept counts', () => {
  fc.assert(
    fc.property(span, hex(2), ({ traceId, spanId }, flags) => {
      const traceFlags = Number.parseInt(flags, 16) % 2
      assert.deepEqual(readTraceparent(`00-${traceId}-${spanId}-${flags}`), {
        traceId,
        spanId,
        traceFlags,
        isRemote: true,
      })
    }),
  )
})

test('whatever is sent, what is read is a span that there can be, and is that which was sent', () => {
  const almost = fc
    .tuple(hex(2), hex(32), hex(16), hex(2), fc.constantFrom('', '-', '-x', ' ', '\n'))
    .map(([version, trace, parent, flags, rest]) => `${version}-${trace}-${parent}-${flags}${rest}`)
  const broken = fc
    .tuple(fc.nat({ max: GOOD.length - 1 }), fc.string({ maxLength: 2 }))
    .map(([at, text]) => GOOD.slice(0, at) + text + GOOD.slice(at + 1))
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.string(), almost, broken), (header) => {
      const read = readTraceparent(header)
      if (!read) return
      assert.ok(isSpanContextValid(read), String(header))
      assert.ok(String(header).startsWith(`${String(header).slice(0, 2)}-${read.traceId}-${read.spanId}-`))
    }),
    { numRuns: 2_000 },
  )
})

for (const [what, header] of [
  ['no header', undefined],
  ['two of them', `${GOOD}, ${GOOD}`],
  ['a list of them', [GOOD, GOOD]],
  ['capitals', GOOD.toUpperCase()],
  ['the version that is none', GOOD.replace('00-', 'ff-')],
  ['more than version 00 has', `${GOOD}-00`],
  ['no trace', GOOD.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32))],
  ['no span', GOOD.replace('b7ad6b7169203331', '0'.repeat(16))],
  ['blanks around', ` ${GOOD} `],
  ['a later version without end', `01${GOOD.slice(2)}-${'x'.repeat(10_000)}`],
] as const) {
  test(`is ignored: ${what}`, () => assert.equal(readTraceparent(header), undefined))
}

test('a later version may go on', () => {
  assert.equal(readTraceparent(`01${GOOD.slice(2)}-more`)?.spanId, 'b7ad6b7169203331')
})

test('what others noted goes along as long as it is short and can be read', () => {
  const read = readTraceparent(GOOD)
  assert.ok(read)
  assert.equal(withTracestate(read, 'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE').traceState?.get('congo'), 't61rcWkgMzE')
  for (const header of [undefined, '', ['a=b'], `a=${'x'.repeat(600)}`])
    assert.equal(withTracestate(read, header).traceState, undefined)
  assert.equal(withTracestate(read, 'Evil Header: 1').traceState?.serialize(), '')
})
