import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { countCharacters, findLack } from './compliancy.ts'

const RULES = { min_length: 0, max_length: 0, uppercase: 0, lowercase: 0, numbers: 0, symbols: 0 }

type Criteria = { criteria: string; actual: number; expected: number; valid: boolean }[]

/** The web SDK's own judgement: its method, taken out of the published file, which runs in browsers only. */
function judgementOfSdk(): (password: string, rules: typeof RULES) => Criteria {
  const session = fileURLToPath(import.meta.resolve('@prelude.so/js-sdk/session/slim'))
  const source = readFileSync(session, 'utf8')
  const start = source.indexOf('validatePasswordAgainstCompliancy(', source.indexOf('async getPasswordCompliancy'))
  const open = source.indexOf('{', start)
  let end = open
  // No string of the method holds a brace but in pairs.
  for (let depth = 0; ; end++) {
    if (source[end] === '{') depth += 1
    if (source[end] === '}' && --depth === 0) break
  }
  const parameters = source.slice(source.indexOf('(', start), source.indexOf(')', start) + 1)
  return new Function(`return function ${parameters} ${source.slice(open, end + 1)}`)()
}

const characters = fc.oneof(
  fc.constantFrom('a', 'Z', '7', ' ', 'é', 'É', 'ß', 'ǅ', 'ª', '٣', '½', '漢', '😀', '𝐀', '𝟗', '\u0301', '\ud800'),
  fc.string({ unit: 'binary', maxLength: 3 }),
)
const passwords = fc.array(characters, { maxLength: 30 }).map((parts) => parts.join(''))

test('characters are counted as the web SDK counts them', () => {
  const judge = judgementOfSdk()
  fc.assert(
    fc.property(passwords, (password) => {
      const judged = judge.call({}, password, RULES) as unknown as { criteria?: Criteria } | Criteria
      const list = Array.isArray(judged) ? judged : Object.values(judged).find(Array.isArray)
      const bySdk = Object.fromEntries((list as Criteria).map(({ criteria, actual }) => [criteria, actual]))
      const { length, uppercase, lowercase, numbers, symbols } = countCharacters(password)
      assert.deepEqual(bySdk, { min_length: length, max_length: length, uppercase, lowercase, numbers, symbols })
    }),
    { numRuns: 2_000 },
  )
})

test('every character counts once, and in one class', () => {
  fc.assert(
    fc.property(passwords, (password) => {
      const { length, uppercase, lowercase, numbers, symbols } = countCharacters(password)
      assert.equal(length, [...password].length)
      assert.equal(uppercase + lowercase + numbers + symbols, length)
    }),
  )
})

for (const [password, expected] of [
  ['Aé7 😀', { length: 5, uppercase: 1, lowercase: 1, numbers: 1, symbols: 2 }],
  ['ǅªⅫ½²', { length: 5, uppercase: 0, lowercase: 0, numbers: 0, symbols: 5 }],
  ['𝐀𝐚𝟗', { length: 3, uppercase: 1, lowercase: 1, numbers: 1, symbols: 0 }],
  ['e\u0301', { length: 2, uppercase: 0, lowercase: 1, numbers: 0, symbols: 1 }],
] as const) {
  test(`the characters of ${password} are counted as typed`, () => {
    assert.deepEqual(countCharacters(password), expected)
  })
}

test('what a password lacks is said; at the bound nothing is', () => {
  const lack = (password: string, rules: object) => findLack(password, { ...RULES, ...rules })
  assert.equal(lack('😀'.repeat(7), { min_length: 8 }), 'A password has at least 8 characters.')
  assert.equal(lack('😀'.repeat(8), { min_length: 8 }), undefined)
  assert.equal(lack('x'.repeat(9), { max_length: 8 }), 'A password has at most 8 characters.')
  assert.equal(lack('x'.repeat(8), { max_length: 8 }), undefined)
  assert.equal(lack('x'.repeat(1000), {}), undefined)
  assert.equal(lack('', {}), 'A password has at least 1 characters.')
  assert.equal(lack('aB', { uppercase: 2 }), 'A password has at least 2 upper-case letters.')
  assert.equal(lack('AB', { lowercase: 1 }), 'A password has at least 1 lower-case letters.')
  assert.equal(lack('AB', { numbers: 1 }), 'A password has at least 1 digits.')
  assert.equal(lack('AB', { symbols: 1 }), 'A password has at least 1 symbols.')
  assert.equal(lack('aB3!', { uppercase: 1, lowercase: 1, numbers: 1, symbols: 1 }), undefined)
})
