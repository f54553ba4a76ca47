import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readImportedHash, verifyPassword } from '../password-hash.ts'
import { checkRefusal, checkVector } from './vectors.fixture.ts'

const SPRING = 'digest:sha256:rounds=1024:prefix:AQIDBAUGBwg:zIJYdveQ9sZsbV4P+j6jRmjbS2fll3fzC+XEbazSNa4'
const SYMFONY =
  'digest:sha512:rounds=5000:each:e1h5MTJhYnp9:Hyf5kFGtJmL99yis7MQUiR1m359Gz8s6DaOgZmx7abPco//8G33E6bPgqBOOQRhYkDWXGKS14bWQsbxezvY9LQ'
const HMAC =
  'digest:hmac-sha256-utf16le:rounds=1:key:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw:jCF7hZ2xqXdwNCyjdT+Rxc60ZESC0m7zuLvOf3mmlzE'

// Python 3.11, hashlib and hmac
const VECTORS: readonly [algorithm: string, text: string][] = [
  ['sha256', SPRING],
  [
    'sha256',
    'digest:sha256:rounds=20000:suffix:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8:JCaR/sCy8dKNZwdfIDA6Ewgw76njQs//CaKR/sgPwLw',
  ],
  ['md5', 'digest:md5:rounds=1000:suffix:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8:/aNJX3sAiJWTVYTbdfXZbg'],
  ['sha512', SYMFONY],
  ['hmac-sha256-utf16le', HMAC],
  ['hmac-sha256', 'digest:hmac-sha256:rounds=1:key:c2VjcmV0:LmsSRVH4pbSW/uRqJq5qr7TjokW7xqVT6GHAgVcPH5o'],
  ['sha1-utf16le', 'digest:sha1-utf16le:rounds=1:prefix:c2FsdA:Nj7+oLxNXqvEwZphvAUm/KQ0nh0'],
]

test('digests in rounds and HMACs match, whatever the order of salt and password', async () => {
  for (const [algorithm, text] of VECTORS) await checkVector(algorithm, 'legacy-pass-1', text)
})

test('padding is read and not stored', () => {
  assert.deepEqual(readImportedHash(`${SPRING.replace(':zIJ', '=:zIJ')}=`), readImportedHash(SPRING))
})

test('a password that would be digested for too long matches nothing', () => {
  assert.deepEqual(verifyPassword(SYMFONY, 'x'.repeat(513)), { kind: 'mismatch' })
})

const REFUSALS: readonly [text: string, problem: RegExp][] = [
  [SPRING.replace('1024', '262145'), /rounds of the digest is 262145, more than the 262144/],
  [SPRING.replace('1024', '0'), /malformed/],
  [SPRING.replace('sha256', 'md4'), /malformed/],
  [SPRING.replace('sha256', 'sha512'), /malformed/],
  [SPRING.replace('prefix', 'both'), /malformed/],
  [SPRING.replace('AQIDBAUGBwg', 'not base64'), /malformed/],
  [SPRING.replace('prefix', 'key'), /an HMAC, and no other/],
  [HMAC.replace(':key:', ':prefix:'), /an HMAC, and no other/],
  [HMAC.replace('rounds=1', 'rounds=2'), /one round/],
]
for (const [text, problem] of REFUSALS) test(`refused: ${text.slice(0, 48)}`, () => checkRefusal(text, problem))
