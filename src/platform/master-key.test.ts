import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { masterKey } from './master-key.ts'

const faultOf = (text: string) => masterKey.safeParse(text).error?.issues[0]?.message

const GUESSABLE: readonly [what: string, text: string][] = [
  ['one character', 'Z'.repeat(43)],
  ['one character of base64url', `${'_'.repeat(43)}=`],
  ['two characters in turn', 'ab'.repeat(22).slice(0, 43)],
  ['digits over and over', '0123456789'.repeat(5).slice(0, 43)],
  ['a word over and over', 'topsecret'.repeat(5).slice(0, 43)],
  ['no bit', Buffer.alloc(32).toString('base64')],
  ['every bit', Buffer.alloc(32, 255).toString('base64')],
  ['counting up', Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString('base64')],
  ['counting down by three', Buffer.from(Array.from({ length: 32 }, (_, i) => 250 - 3 * i)).toString('base64url')],
  ['counting over the end', Buffer.from(Array.from({ length: 32 }, (_, i) => (i + 240) & 255)).toString('base64')],
]

for (const [what, text] of GUESSABLE) {
  test(`a master key of ${what} is refused`, () => assert.match(faultOf(text) ?? '', /^can be guessed: /))
}

test('a key that was drawn at random is taken, in either base64', () => {
  for (let i = 0; i < 2_000; i++) {
    const key = randomBytes(32)
    const spelt = [key.toString('base64'), key.toString('base64url'), ` ${key.toString('base64')}\n`]
    for (const text of spelt) assert.deepEqual(masterKey.parse(text), new Uint8Array(key))
  }
})

test('what is no key of 32 bytes is called so', () => {
  for (const text of ['', 'A', 'Z'.repeat(42), 'Z'.repeat(44), `${'Z'.repeat(42)}!`, `${'Z'.repeat(43)}==`]) {
    assert.equal(faultOf(text), 'is not 32 bytes in base64', text)
  }
})
