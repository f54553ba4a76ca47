import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readImportedHash, verifyPassword } from '../password-hash.ts'
import { checkRefusal, checkVector } from './vectors.fixture.ts'

const GOOD = '$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5'
const LONG_TEXT = 'a very much longer text to encrypt.  This one even stretches over morethan one line.'

test('the vectors of the specification match for SHA-256', async () => {
  const vectors: [string, string][] = [
    ['Hello world!', GOOD],
    ['Hello world!', '$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA'],
    ['This is just a test', '$5$rounds=5000$toolongsaltstrin$Un/5jzAHMgOGZ5.mWJpuVolil07guHPvOW8mGRcvxa5'],
    [LONG_TEXT, '$5$rounds=1400$anotherlongsalts$Rx.j8H.h8HjEDGomFU8bDkXm3XIUnzyxf12oP84Bnq1'],
    ['the minimum number is still observed', '$5$rounds=1000$roundstoolow$yfvwcWrQ8l/K0DAWyuPMDNHpIVlTQebY9l/gL972bIC'],
  ]
  for (const [password, text] of vectors) await checkVector('sha256-crypt', password, text)
})

test('the vectors of the specification match for SHA-512', async () => {
  const vectors: [string, string][] = [
    [
      'Hello world!',
      '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
    ],
    [
      'Hello world!',
      '$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.',
    ],
    [
      'This is just a test',
      '$6$toolongsaltstrin$lQ8jolhgVRVhY4b5pZKaysCLi0QBxGoNeKQzQ3glMhwllF7oGDZxUhx1yxdYcz/e1JSbq3y6JMxxl8audkUEm0',
    ],
    [
      LONG_TEXT,
      '$6$rounds=1400$anotherlongsalts$POfYwTEok97VWcjxIiSOjiykti.o/pQs.wPvMxQ6Fm7I6IoYN3CmLs66x9t0oSwbtEW7o7UmJEiDwGqd8p4ur1',
    ],
    [
      'we have a short salt string but not a short password',
      '$6$rounds=77777$short$WuQyW2YR.hBNpjjRhpYD/ifIw05xdfeEyQoMxIXbkvr0gge1a1x3yRULJ5CCaUeOxFmtlcGZelFl5CxtgfiAc0',
    ],
    [
      'the minimum number is still observed',
      '$6$rounds=1000$roundstoolow$kUMsbe306n21p9R.FRkW3IGn.S9NPN0x50YhH1xhLsPuWGsUSklZt58jaTfF4ZEQpyUNGc0dqbpBYYBaHHrsX.',
    ],
  ]
  for (const [password, text] of vectors) await checkVector('sha512-crypt', password, text)
})

test('rounds outside 1000 to 1 000 000 are refused', () => {
  const rounds = (count: string) => GOOD.replace('$5$', `$5$rounds=${count}$`)
  assert.equal(readImportedHash(rounds('1000000')).kind, 'accepted')
  checkRefusal(rounds('1000001'), /sha-crypt rounds is 1000001, more than the 1000000/)
  checkRefusal(rounds('9999999999'), /9999999999/)
  checkRefusal(rounds('999'), /malformed/)
  checkRefusal(rounds('05000'), /malformed/)
})

// Python 3.11, hashlib
test('a password beyond 512 bytes is not even tried', async () => {
  const [ofLongest, ofTooLong] = [
    '$5$rounds=1000$salt$J3Wum7J4O1iX25WQ55IRIjnA41IR7bH5R14CZqY5gGC',
    '$5$rounds=1000$salt$Z8vZOxevMznjQ9LIXWnMmm228Yn.fi90WslrXTwVs.7',
  ]
  assert.equal((await verifyPassword(ofLongest, 'x'.repeat(512))).kind, 'match')
  assert.equal((await verifyPassword(ofTooLong, 'x'.repeat(513))).kind, 'mismatch')
})

test('anything else that begins as sha-crypt is refused', () => {
  checkRefusal(GOOD.slice(0, -1), /malformed/)
  checkRefusal(GOOD.replace('$5$', '$6$'), /malformed/)
  checkRefusal(GOOD.replace('saltstring', 'toolongsaltstring'), /malformed/)
  checkRefusal(GOOD.replace('5B8v', '5B8!'), /malformed/)
  checkRefusal('$5$saltstring', /malformed/)
})
