import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chooseLocale } from './locale.ts'

const OURS = ['en', 'fr', 'de', 'es', 'pt', 'ja']

test('the language is the best that a client reads and there are texts in', () => {
  for (const [header, locale] of [
    ['', 'en'],
    ['fr-ca;q=0.8, en', 'en'],
    ['fr-CA', 'fr-CA'],
    ['pt_br', 'pt-BR'],
    ['es;q=0.2,ja;q=0.9', 'ja'],
    ['es ; q=0.5 , ja\t;\tQ=0.500', 'es'],
    ['da, sv;q=0.9, de-AT;q=0.1', 'de-AT'],
    ['fi,pl;q=0.9,en;q=0.1,es;q=0.05', 'en'],
    ['de-DE-1996', 'de-DE-1996'],
    // Not wanted.
    ['de;q=0', 'en'],
    ['de-CH;q=0, nl;q=0.5', 'nl'],
    ['de;q=0, *', 'en'],
    ['en;q=0, *;q=0.1', 'fr'],
    ['en;q=0.0, fr;q=0, *', 'de'],
    ['*;q=0, es;q=0.001', 'es'],
    ['pt;q=0, pt-BR, ja;q=0.3', 'ja'],
    ['pt;q=0, pt-BR', 'en'],
    ['*, ja;q=0.9', 'en'],
    ['*;q=0.5, ja;q=0.9', 'ja'],
    ['*;q=0', 'en'],
    // No texts in any: the first one read, for whoever renders by itself.
    ['nl', 'nl'],
    ['it;q=0.3, nl-BE;q=0.6', 'nl-BE'],
    // Not to be read.
    ['de;q=2, es;q=0.1', 'es'],
    ['de;q=0.1234, es;q=0.1', 'es'],
    ['de;q=-1, es;q=0.1', 'es'],
    ['de;level=1, es;q=0.1', 'es'],
    ['a b, fr!, ;q=1, ,ja', 'ja'],
    ['x'.repeat(100_000), 'en'],
    [`${'zz,'.repeat(500)}de`, 'zz'],
    [`ja,${'z'.repeat(2000)}`, 'ja'],
  ] as const)
    assert.equal(chooseLocale(header, OURS), locale, header.slice(0, 60))
})

test('an application may have texts in other languages, or fewer', () => {
  assert.equal(chooseLocale('nl-BE, fr;q=0.9', ['en', 'nl']), 'nl-BE')
  assert.equal(chooseLocale('nl-BE, fr;q=0.9', ['nl-NL', 'fr']), 'fr')
  assert.equal(chooseLocale('zh-Hant-TW, ja', ['zh-Hant', 'ja']), 'zh-Hant-TW')
  assert.equal(chooseLocale('fr, de;q=0.5', ['en', 'de']), 'de')
})

test('whatever a client says, there is a language', () => {
  const word = fc.constantFrom('fr', 'de-CH', '*', 'nl', ';q=0', ';q=0.7', ',', ' ', 'q', '=', 'x-a', '😀')
  fc.assert(
    fc.property(fc.array(word, { maxLength: 40 }), (words) => {
      assert.match(chooseLocale(words.join(''), OURS), /^[\w-]+$/)
    }),
  )
})
