import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readImportedHash } from '../password-hash.ts'
import { checkRefusal, checkVector } from './vectors.fixture.ts'

const SHA1_OF_ABC = 'a9993e364706816aba3e25717850c26c9cd0d89d'

test('digests without a salt match: RFC 1321 §A.5 and FIPS 180', async () => {
  await checkVector('md5', 'abc', 'md5:900150983cd24fb0d6963f7d28e17f72')
  await checkVector('sha1', 'abc', `sha1:${SHA1_OF_ABC}`)
  await checkVector('sha256', 'abc', 'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  await checkVector(
    'sha512',
    'abc',
    'sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  )
})

// Python 3.11, hashlib
test('salts in front and behind match, colons and all', async () => {
  const prefix = 'ff653c09bc072571e9b8f88bf2f6348e1fd5ccaffb5f1d04d48bc20775b8dca8'
  await checkVector('sha256', 'lètmein', `sha256:prefix:sälz:x::${prefix}`)
  await checkVector(
    'sha256',
    'lètmein',
    'sha256:suffix:sälz:x:351b0549ba00ec3ab19eed24699b573a964fbd9d1e999fa4e0a19500d5d5f3f5',
  )
})

test('the hashes of the test suite of Django match', async () => {
  await checkVector('md5', 'lètmein', 'md5$seasalt$3f86d0d3d465b7b458c231bf3555c0e3')
  await checkVector('md5', 'lètmein', 'md5$$88a434c88cca4e900f7874cd98123f43')
  await checkVector('sha1', 'lètmein', 'sha1$seasalt$cff36ea83f5706ce9aa7454e63e431fc726b2dc8')
  await checkVector('sha1', 'lètmein', 'sha1$$6d138ca3ae545631b3abd71a4f076ce759c5700b')
})

test('capital hex digits are stored as small ones', () => {
  assert.deepEqual(readImportedHash(`sha1:${SHA1_OF_ABC.toUpperCase()}`), readImportedHash(`sha1:${SHA1_OF_ABC}`))
})

test('a digest that does not fit its algorithm is refused', () => {
  checkRefusal(`md5:${SHA1_OF_ABC}`, /digest is malformed/)
  checkRefusal('sha1:', /malformed/)
  checkRefusal(`sha1:prefix::${SHA1_OF_ABC}`, /malformed/)
  checkRefusal(`sha1:middle:salt:${SHA1_OF_ABC}`, /malformed/)
  checkRefusal(`sha256$seasalt$${'0'.repeat(64)}`, /malformed/)
  checkRefusal(SHA1_OF_ABC, /does not say how it was made/)
  checkRefusal(SHA1_OF_ABC.toUpperCase(), /does not say how it was made/)
})

test('the examples of passlib for LDAP match', async () => {
  await checkVector('sha1', 'password', '{SSHA}pKqkNr1tq3wtQqk+UcPyA3HnA2NsU5NJ')
  await checkVector('md5', 'password', '{SMD5}jNoSMNY0cybfuBWiaGlFw3Mfi/U=')
  await checkVector('sha1', 'password', '{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=')
  await checkVector('md5', 'password', '{MD5}X03MO1qnZdYdgyfeuILPmQ==')
})

// Python 3.11, hashlib
test('the SHA-2 schemes of LDAP match', async () => {
  await checkVector('sha256', 'password', '{SSHA256}cQkkIKYj/URcsdMufhgGhYjup1ojX4CzSWkWtYrm5vwBAv8E')
  await checkVector(
    'sha512',
    'password',
    '{SSHA512}nZyFn5ljVOkIP3m3CIJfwSvjlPnovgkEsKRSN0tKyfOicSiddVhA3KWR+OAPA69ExmN3vpmB/zHjAJ3uZAh09wEC/wQ=',
  )
  await checkVector('sha256', 'password', '{SHA256}XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg=')
  await checkVector(
    'sha512',
    'password',
    '{SHA512}sQnzu7wkTrgkQZF+0G1hi5AI3Qmzvv0bXgc5THBqi7mAsdd4Xll27ASbRt9fEyavWi6m0QP9B8lThf+rDKy8hg==',
  )
})

test('LDAP schemes are read in small letters too, and stored in capitals', () => {
  assert.deepEqual(
    readImportedHash('{ssha}pKqkNr1tq3wtQqk+UcPyA3HnA2NsU5NJ'),
    readImportedHash('{SSHA}pKqkNr1tq3wtQqk+UcPyA3HnA2NsU5NJ'),
  )
})

test('another LDAP hash is refused', () => {
  checkRefusal('{CRYPT}$6$saltstring$abc', /schemes that are read are MD5, SMD5/)
  checkRefusal('{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=', /20 bytes and a salt/)
  checkRefusal('{SHA}pKqkNr1tq3wtQqk+UcPyA3HnA2NsU5NJ', /base64 of 20 bytes$/)
  checkRefusal('{SSHA}not base64', /malformed/)
})
