import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readImportedHash } from '../password-hash.ts'
import { checkRefusal, checkVector } from './vectors.fixture.ts'

// The sample of https://github.com/firebase/scrypt
const SIGNER_KEY = 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=='
const DIGEST = 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=='
const SAMPLE = `$firebase-scrypt$mem_cost=14,rounds=8,salt_separator=Bw==,signer_key=${SIGNER_KEY}$42xEC+ixf3L2lw==$${DIGEST}`

test('the published sample of Firebase matches', async () => {
  await checkVector('firebase-scrypt', 'user1password', SAMPLE)
})

test('URL-safe base64 is stored as standard base64', () => {
  assert.deepEqual(
    readImportedHash(SAMPLE.replaceAll('+', '-').replaceAll('/', '_').replaceAll('==', '')),
    readImportedHash(SAMPLE),
  )
})

test('parameters beyond those of Firebase are refused', () => {
  checkRefusal(SAMPLE.replace('mem_cost=14', 'mem_cost=15'), /mem_cost is 15, more than the 14/)
  checkRefusal(SAMPLE.replace('rounds=8', 'rounds=9'), /rounds is 9/)
})

test('anything else that begins as a Firebase hash is refused', () => {
  checkRefusal(SAMPLE.replace('mem_cost', 'memory'), /malformed/)
  checkRefusal(SAMPLE.replace('rounds=8', 'rounds=0'), /malformed/)
  checkRefusal(SAMPLE.replace(`$${DIGEST}`, ''), /malformed/)
  checkRefusal(SAMPLE.replace('Bw==', 'B!=='), /not base64/)
  checkRefusal(SAMPLE.replace(DIGEST, 'AAAA'), /of one length/)
  checkRefusal(SAMPLE.replace(SIGNER_KEY, 'AAAA').replace(DIGEST, 'AAAA'), /at least 16 bytes/)
})
