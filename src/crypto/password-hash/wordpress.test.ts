import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { hash } from '@node-rs/bcrypt'
import { verifyPassword } from '../password-hash.ts'
import { wordpressForms } from './wordpress.ts'

async function wordpress(text: string): Promise<string> {
  const digest = createHmac('sha384', 'wp-sha384').update(text).digest('base64')
  return `$wp${(await hash(digest, 4)).replace('$2b$', '$2y$')}`
}

for (const [what, hashed, typed, kind] of [
  ['a double quote, as the form hands it on', 'say \\"friend\\"', 'say "friend"', 'match'],
  ['a double quote, as another program has it', 'say "friend"', 'say "friend"', 'match'],
  ['a backslash, as the form hands it on', 'back\\\\slash', 'back\\slash', 'match'],
  ['blanks at both ends', 'mellon mellon', '  mellon mellon\t', 'match'],
  ['blanks that another program kept', ' mellon ', ' mellon ', 'match'],
  ['blanks and a quote', "it\\'s", " it's ", 'match'],
  ['a blank within', 'mellon mellon', 'mellonmellon', 'mismatch'],
  ['a backslash too many', 'friend', '\\friend', 'mismatch'],
  ['another quote', "it\\'s", 'it"s', 'mismatch'],
] as const) {
  test(`a hash of WordPress 6.8 of ${what}: ${kind}`, async () => {
    assert.equal((await verifyPassword(await wordpress(hashed), typed)).kind, kind)
  })
}

test('most passwords have one form, and cost one hash', () => {
  assert.deepEqual(wordpressForms('correct horse battery'), ['correct horse battery'])
  assert.equal(wordpressForms(" it's ").length, 3)
})

test('bcrypt of any other origin takes the password as it was typed', async () => {
  const plain = await hash('mellon', 4)
  assert.equal((await verifyPassword(plain, ' mellon')).kind, 'mismatch')
  assert.equal((await verifyPassword(await hash("it\\'s", 4), "it's")).kind, 'mismatch')
})
