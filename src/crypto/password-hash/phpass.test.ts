import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readImportedHash, verifyPassword } from '../password-hash.ts'
import { checkRefusal, checkVector } from './vectors.fixture.ts'

const GOOD = '$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0'
const DRUPAL = '$S$C33783772bRXEx1aCsvY.dqgaaSu76XmVlKrW9Qu8IQlvxHlmzLf'

test('the vectors of Openwall phpass, John the Ripper and passlib match', async () => {
  await checkVector('phpass', 'test12345', GOOD)
  await checkVector('phpass', 'thisisalongertestPW', '$P$912345678LIjjb6PhecupozNBmDndU0')
  await checkVector('phpass', 'JohnRipper', '$P$B12345678L6Lpt4BxNotVIMILOa9u81')
  await checkVector('phpass', '', '$P$7JaFQsPzJSuenezefD/3jHgt5hVfNH0')
  await checkVector('phpass', 'táБℓə', '$P$7SMy8VxnfsIy2Sxm7fJxDSdil.h7TW.')
})

test('phpBB has another name for the same', async () => {
  await checkVector('phpass', 'test1', '$H$9aaaaaSXBjgypwqm.JsMssPLiS8YQ00')
  assert.deepEqual(readImportedHash(GOOD.replace('P', 'H')), readImportedHash(GOOD))
})

test('the example of hashcat for Drupal 7 matches', async () => {
  await checkVector('drupal7', 'hashcat', DRUPAL)
})

// Python 3.11, hashlib
test('what Drupal 7 made of an MD5 matches', async () => {
  await checkVector('drupal7', 'hashcat', 'U$S$733783772QpWkTw5lndfn5fkyOC4u8IOcfaPXCX3bua.5JzvOU/6')
})

test('more than 2^18 rounds are refused', () => {
  assert.equal(readImportedHash(GOOD.replace('$9', '$G')).kind, 'accepted')
  checkRefusal(GOOD.replace('$9', '$H'), /log2 of the phpass rounds is 19, more than the 18/)
  checkRefusal(DRUPAL.replace('$C', '$S'), /is 30/)
  checkRefusal(DRUPAL.replace('$C', '$z'), /is 63/)
})

// Python 3.11, hashlib
test('a password beyond 512 bytes is not even tried', async () => {
  const [ofLongest, ofTooLong] = ['$P$5saltsaltxfPuFZYx9wBTgChJpuDGb0', '$P$5saltsaltwhXcf2GaJAjkSTAFsq/9o1']
  assert.equal((await verifyPassword(ofLongest, 'x'.repeat(512))).kind, 'match')
  assert.equal((await verifyPassword(ofTooLong, 'x'.repeat(513))).kind, 'mismatch')
})

test('anything else that begins as phpass is refused', () => {
  checkRefusal(GOOD.replace('$9', '$4'), /malformed/)
  checkRefusal(GOOD.replace('r.L0', 'r!L0'), /malformed/)
  checkRefusal(GOOD.slice(0, -1), /malformed/)
  checkRefusal(`${GOOD}0`, /malformed/)
  checkRefusal(DRUPAL.slice(0, -1), /malformed/)
  checkRefusal(`U${GOOD}`, /not known/)
})
