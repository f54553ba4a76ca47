import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encoded, judged, RESPONSE, type Signed, signAs, TERMS } from '../../../test/house/saml.ts'
import { judgeResponse, type Verdict } from './response.ts'

/** So many mutations, unless more are asked for. */
const numRuns = Number(process.env.ANTIPHON_TEST_MUTATIONS ?? 250)

const ways = ['assertion', 'response', 'both'] as const satisfies readonly Signed[]
const good = new Map(ways.map((signed) => [signed, signAs(RESPONSE, signed)] as const))
const textOf = (signed: Signed) => good.get(signed as 'both') ?? ''
const first = await judged(textOf('both'))
assert.ok(first.kind === 'accepted')
const { reading } = first

/** Refused, or accepted with the very meaning that was signed. */
function assertHarmless(verdict: Verdict): void {
  if (verdict.kind === 'accepted') assert.deepEqual(verdict.reading, reading)
}

for (const [signed, count] of [
  ['assertion', numRuns / 2],
  ['response', numRuns / 5],
  ['both', numRuns / 5],
] as const) {
  test(`no byte of a response can be another so that it means something else, where it is signed: ${signed}`, async () => {
    const bytes = Buffer.from(textOf(signed))
    const step = numRuns < bytes.byteLength ? Math.ceil(bytes.byteLength / count) : 1
    let accepted = 0
    for (let at = 0; at < bytes.byteLength; at += step) {
      // A letter of the other case, its neighbour, and what is no UTF-8: one of them at each place, all three where every place is tried.
      for (const bit of step === 1 ? [0x01, 0x20, 0x80] : [[0x01, 0x20, 0x80][at % 3] ?? 1]) {
        const other = Buffer.from(bytes)
        other[at] = (other[at] ?? 0) ^ bit
        const verdict = await judged(other)
        assertHarmless(verdict)
        if (verdict.kind === 'accepted') accepted++
      }
    }
    assert.ok(accepted < bytes.byteLength / 2, 'what is signed is refused')
  })
}

/** Where each element begins and ends. */
function rangesOf(xml: string): [start: number, end: number][] {
  const open: number[] = []
  const found: [number, number][] = []
  for (const { 0: tag, index } of xml.matchAll(/<[^>]*>/g)) {
    if (tag.startsWith('</')) found.push([open.pop() ?? 0, index + tag.length])
    else if (tag.endsWith('/>')) found.push([index, index + tag.length])
    else open.push(index)
  }
  return found
}

const pick = (ranges: readonly [number, number][], share: number) => ranges[Math.floor(share * ranges.length)] ?? [0, 0]

const SNIPPETS = [
  '<!-- -->',
  '<?x y?>',
  '<![CDATA[x]]>',
  '&#0;',
  '&#13;',
  '&lt;',
  ']]>',
  '\r',
  '\0',
  '\u{1F600}',
  ' ID="_assertion"',
  ' Id="_evil"',
  ' xmlns:saml="urn:x"',
  ' xmlns=""',
  '#_response',
  'admin@example.com',
  '<saml:NameID>admin@example.com</saml:NameID>',
  '<saml:Assertion ID="_evil">',
  '</saml:Assertion>',
  '<ds:Object/>',
  '<saml:EncryptedAssertion/>',
]

/** Anywhere between 0 and 1, alike: a double of fast-check is next to nothing as a rule. */
const share = fc.integer({ min: 0, max: 2 ** 30 - 1 }).map((place) => place / 2 ** 30)
const mutation = fc.record({
  how: fc.constantFrom('insert', 'cut', 'repeat', 'remove', 'drop', 'double', 'move', 'wrap', 'swap'),
  at: share,
  to: share,
  count: fc.integer({ min: 1, max: 64 }),
  snippet: fc.constantFrom(...SNIPPETS),
})
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never

/** Text against text, or whole elements against others, which is what wrapping is made of. */
function mutate(xml: string, { how, at, to, count, snippet }: Mutation): string {
  const place = Math.floor(at * xml.length)
  const [before, after] = [xml.slice(0, place), xml.slice(place)]
  if (how === 'insert') return before + snippet + after
  if (how === 'cut') return before
  if (how === 'repeat') return before + after.slice(0, count) + after
  if (how === 'remove') return before + after.slice(count)
  const ranges = rangesOf(xml)
  const [start, end] = pick(ranges, at)
  const [there] = pick(ranges, to)
  const element = xml.slice(start, end)
  if (how === 'drop') return xml.slice(0, start) + xml.slice(end)
  if (how === 'double') return xml.slice(0, there) + element + xml.slice(there)
  if (how === 'wrap') return `${xml.slice(0, start)}<saml:Advice>${element}</saml:Advice>${xml.slice(end)}`
  if (how === 'swap') return xml.slice(0, start) + element.replaceAll('ada@', 'admin@') + xml.slice(end)
  const rest = xml.slice(0, start) + xml.slice(end)
  const target = there <= start ? there : Math.max(start, there - element.length)
  return rest.slice(0, target) + element + rest.slice(target)
}

test('whatever is done to a signed response, it is judged, and never means anybody else', async () => {
  const mutations = fc.array(mutation, { minLength: 1, maxLength: 3 })
  const property = fc.asyncProperty(fc.constantFrom(...ways), mutations, async (signed, some) => {
    assertHarmless(await judged(some.reduce(mutate, textOf(signed))))
  })
  await fc.assert(property, { numRuns })
})

/** What somebody has who may log in: a response of their own, as well signed as the other. */
const EVES = RESPONSE.replaceAll('ada@', 'eve@').replace('"_assertion"', '"_eves"').replace('"_response"', '"_eve"')
const eves = new Map(ways.map((signed) => [signed, signAs(EVES, signed)] as const))

test('what is put together of two signed responses is one of the two, or none', async () => {
  const mine = await judged(eves.get('both') ?? '')
  assert.ok(mine.kind === 'accepted')
  const way = fc.constantFrom(...ways)
  const graft = fc.record({ from: share, at: share, how: fc.constantFrom('instead of its like', 'instead', 'before') })
  const property = fc.asyncProperty(
    way,
    way,
    fc.array(graft, { minLength: 1, maxLength: 2 }),
    async (one, other, grafts) => {
      const source = eves.get(other) ?? ''
      const different = rangesOf(source).filter(([start, end]) => /eve|Value>/.test(source.slice(start, end)))
      const xml = grafts.reduce((text, { from, at, how }) => {
        const [start, end] = pick(different, from)
        const element = source.slice(start, end)
        const name = /^<[\w:]+/.exec(element)?.[0] ?? ''
        const ranges = rangesOf(text).filter(([place]) => how !== 'instead of its like' || text.startsWith(name, place))
        const [first, last] = pick(ranges, at)
        return text.slice(0, first) + element + text.slice(how === 'before' ? first : last)
      }, textOf(one))
      const verdict = await judged(xml)
      if (verdict.kind === 'refused') return
      assert.deepEqual(verdict.reading, verdict.reading.assertionId === '_eves' ? mine.reading : reading)
    },
  )
  await fc.assert(property, { numRuns: numRuns / 2 })
})

test('texts in the place of responses are refused', async () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('<', '<a', '<a>', '<a/>', '&', '<a b="', '<a b="c"', '\uD800'))
  const property = fc.asyncProperty(text, async (one) => {
    assert.equal((await judged(one)).kind, 'refused')
    assert.equal((await judgeResponse(one, TERMS)).kind, 'refused')
    assert.equal((await judgeResponse(encoded(`<samlp:Response>${one}</samlp:Response>`), TERMS)).kind, 'refused')
  })
  await fc.assert(property, { numRuns })
})
