import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hash } from '@node-rs/bcrypt'
import fc from 'fast-check'
import { readImportedHash, verifyPassword } from '../password-hash.ts'
import { readBcrypt } from './bcrypt.ts'
import { checkRefusal, checkVector } from './vectors.fixture.ts'

const GOOD = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'
const LONG = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

test('the vectors of Openwall crypt_blowfish match', async () => {
  await checkVector('bcrypt', 'U*U', GOOD)
  await checkVector('bcrypt', 'U*U*', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK')
  await checkVector('bcrypt', 'U*U*U', '$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a')
  await checkVector('bcrypt', '', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy')
})

test('for UTF-8 passwords 2a, 2b and 2y are the same', async () => {
  for (const version of ['2a', '2b', '2y']) {
    await checkVector('bcrypt', 'ё', `$${version}$05$6bNw2HLQYeqHYyBfLMsv/OUcZd0LKP39b87nBw3.S2tVZSqiQX6eu`)
  }
  await checkVector('bcrypt', 'táБℓə', '$2a$05$Z17AXnnlpzddNUvnC6cZNOSwMA/8oNiKnHTHTwLlBijfucQQlHjaG')
})

test('bytes past the 72nd do not count', async () => {
  const imported = '$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui'
  await checkVector('bcrypt', LONG, imported)
  await checkVector('bcrypt', `${LONG}chars after 72 are ignored`, imported)
  assert.equal((await verifyPassword(imported, LONG.slice(0, 71))).kind, 'mismatch')
})

test('a NUL counts as origins in C and as all others count it', async () => {
  const inC = '$2b$04$6bNw2HLQYeqHYyBfLMsv/Ol2j3Q9JpQXql.sNQ.lkkh6nlvYBhkdK'
  await checkVector('bcrypt', 'abc', inC)
  assert.equal((await verifyPassword(inC, 'abc\0def')).kind, 'match')
  const elsewhere = await hash('abc\0def', 4)
  assert.equal((await verifyPassword(elsewhere, 'abc\0def')).kind, 'match')
  assert.equal((await verifyPassword(elsewhere, 'abc\0deg')).kind, 'mismatch')
  assert.equal((await verifyPassword(elsewhere, 'abc')).kind, 'mismatch')
})

test('padding bits that an origin filled are cleared', async () => {
  const filled = `${GOOD.slice(0, 28)}/${GOOD.slice(29, 59)}Z`
  await checkVector('bcrypt', 'U*U', filled)
  assert.deepEqual(readImportedHash(filled), readImportedHash(GOOD))
})

test('the forms of Django match', async () => {
  await checkVector('bcrypt', 'U*U', `bcrypt$${GOOD}`)
  assert.deepEqual(readImportedHash(`bcrypt$${GOOD}`), readImportedHash(GOOD))
  await checkVector(
    'bcrypt-sha256',
    'lètmein',
    'bcrypt_sha256$$2a$08$NDjSAIcas.EcoxCRiArvT.MkNiPYVhrsrnJsRkLueZOoV1bsQqlmC',
  )
  await checkVector('bcrypt-sha256', '', 'bcrypt_sha256$$2a$06$/3OeRpbOf8/l6nPPRdZPp.nRiyYqPobEZGdNRBWihQhiFDh1ws1tu')
})

test('behind bcrypt_sha256 every byte of a long password counts', async () => {
  const long = 'abc123'.repeat(12)
  const imported = 'bcrypt_sha256$$2a$06$Tg/oYyZTyAf.Nb3qSgN61OySmyXA8FoY4PjGizjE1QSDfuL5MXNni'
  await checkVector('bcrypt-sha256', long, imported)
  assert.equal((await verifyPassword(imported, `${long}qwr`)).kind, 'mismatch')
})

test('the form of WordPress 6.8 matches', async () => {
  await checkVector('wordpress-bcrypt', 'admin', '$wp$2y$10$Q1xinFjrZeLWJBvxviIL6u834Fu.evIEFHAUVisQ5O.w9Dm0sMdES')
})

test('a cost above 14 is refused', () => {
  assert.equal(readImportedHash(GOOD.replace('$05$', '$14$')).kind, 'accepted')
  checkRefusal(GOOD.replace('$05$', '$15$'), /bcrypt cost is 15, more than the 14/)
  checkRefusal(`bcrypt_sha256$${GOOD.replace('$05$', '$31$')}`, /bcrypt cost is 31/)
})

test('anything else that begins as bcrypt is refused', () => {
  checkRefusal(GOOD.replace('2a', '2x'), /2x mark hashes of a faulty bcrypt/)
  checkRefusal(GOOD.replace('2a', '2'), /faulty/)
  checkRefusal(GOOD.replace('2a', '2c'), /malformed/)
  checkRefusal(GOOD.replace('$05$', '$03$'), /malformed/)
  checkRefusal(GOOD.replace('$05$', '$5$'), /malformed/)
  checkRefusal(GOOD.replace('CCC', 'CC+'), /malformed/)
  checkRefusal(GOOD.slice(0, -1), /malformed/)
  checkRefusal(`${GOOD}A`, /malformed/)
})

test('whatever is accepted can be verified', async () => {
  const digits = fc.stringMatching(/^[./A-Za-z0-9]{53}$/)
  await fc.assert(
    fc.asyncProperty(digits, async (rest) => {
      const reading = readBcrypt(`$2b$04$${rest}`)
      assert.equal(reading?.kind, 'accepted')
      assert.equal(await reading.matches('password'), false)
    }),
    { numRuns: 30 },
  )
})
