import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readImportedHash, verifyPassword } from '../password-hash.ts'
import { encodeBase64 } from './base64.ts'
import { checkRefusal, checkVector } from './vectors.fixture.ts'

const DIGEST = '8xBlGd3jVgvJ+92hWPxi5ww0uuAuAnKgC45eudxro7c='

function phc(algorithm: string, iterations: number, salt: string, hex: string): string {
  return `$${algorithm}$i=${iterations}$${encodeBase64(Buffer.from(salt))}$${encodeBase64(Buffer.from(hex, 'hex'))}`
}

test('the vectors of RFC 6070 match', async () => {
  const vectors: [string, string, number, string][] = [
    ['password', 'salt', 1, '0c60c80f961f0e71f3a9b524af6012062fe037a6'],
    ['password', 'salt', 2, 'ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957'],
    ['password', 'salt', 4096, '4b007901b765489abead49d926f721d065a429c1'],
    [
      'passwordPASSWORDpassword',
      'saltSALTsaltSALTsaltSALTsaltSALTsalt',
      4096,
      '3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038',
    ],
    ['pass\0word', 'sa\0lt', 4096, '56fa6aa75548099dcc37d7f03425e0c3'],
  ]
  for (const [password, salt, iterations, hex] of vectors) {
    await checkVector('pbkdf2-sha1', password, phc('pbkdf2-sha1', iterations, salt, hex))
  }
})

test('the vectors of RFC 7914 §11 match', async () => {
  await checkVector(
    'pbkdf2-sha256',
    'passwd',
    phc(
      'pbkdf2-sha256',
      1,
      'salt',
      '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783',
    ),
  )
  await checkVector(
    'pbkdf2-sha256',
    'Password',
    phc(
      'pbkdf2-sha256',
      80000,
      'NaCl',
      '4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d',
    ),
  )
})

test('a PHC string with a length matches, as Auth0 reads it', async () => {
  const salt = 'HqJwOCHweNk1pLryiu3RsA'
  const digest = 'KVSvxKYcibIG5S5n55RvxKRTdAAfCUtBJoy5IuFzdSZyzkwvUcU+FPawEWFPn+06JyZsndfRTfpiEh+2eSJLkg'
  await checkVector('pbkdf2-sha512', 'password', `$pbkdf2-sha512$i=100000,l=64$${salt}$${digest}`)
  checkRefusal(`$pbkdf2-sha512$i=100000,l=32$${salt}$${digest}`, /another length/)
})

test('the form of passlib matches, with dots and without i=', async () => {
  const stored = 'tLbWWssZ45zzfi9FiDEmxA$dQlpmhY4dGvmx4MOK/uOj/WU7Lg'
  await checkVector('pbkdf2-sha1', 'password', `$pbkdf2$131000$${stored}`)
  const rfc6070 = phc('pbkdf2-sha1', 4096, 'salt', '4b007901b765489abead49d926f721d065a429c1')
  assert.deepEqual(readImportedHash(rfc6070.replaceAll('+', '.').replace('-sha1$i=', '$')), readImportedHash(rfc6070))
  assert.ok(rfc6070.includes('+'))
})

test('the hashes of the test suite of Django match', async () => {
  await checkVector('pbkdf2-sha256', 'lètmein', `pbkdf2_sha256$390000$seasalt$${DIGEST}`)
  await checkVector('pbkdf2-sha1', 'lètmein', 'pbkdf2_sha1$390000$seasalt2$aDapRanzW8aHTz97v2TcfHzWD+I=')
})

test('more than 2 000 000 iterations over all blocks are refused', () => {
  assert.equal(readImportedHash(`pbkdf2_sha256$2000000$seasalt$${DIGEST}`).kind, 'accepted')
  checkRefusal(`pbkdf2_sha256$2000001$seasalt$${DIGEST}`, /iterations \(over all blocks\) is 2000001/)
  checkRefusal(phc('pbkdf2-sha1', 16777216, 'salt', 'eefe3d61cd4da4e4e9945b3d6ba2158c2634e984'), /16777216/)
  checkRefusal(phc('pbkdf2-sha1', 1_000_000, 'salt', '00'.repeat(64)), /is 4000000/)
})

test('a salt that would be stored beyond the limit of length is refused', () => {
  checkRefusal(`pbkdf2_sha256$1$${'é'.repeat(600)}$${DIGEST}`, /longer than 1024/)
})

test('anything else that begins as PBKDF2 is refused', () => {
  checkRefusal(`$pbkdf2-md5$i=1$c2FsdA$${DIGEST}`, /malformed/)
  checkRefusal(`pbkdf2_sha512$1$seasalt$${DIGEST}`, /malformed/)
  checkRefusal(`pbkdf2_sha256$0$seasalt$${DIGEST}`, /malformed/)
  checkRefusal(`pbkdf2_sha256$1$sea$salt$${DIGEST}`, /malformed|not base64/)
  checkRefusal(`$pbkdf2-sha256$i=1$c2Fsd!$${DIGEST}`, /not base64/)
  checkRefusal('$pbkdf2-sha256$i=1$c2FsdA$AAAA', /16 to 64 bytes/)
})

test('the blobs of the test suite of ASP.NET Identity match', async () => {
  const vectors: [string, string][] = [
    ['sha1', 'AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg=='],
    ['sha1', 'AQAAAAAAAAD6AAAAEAhftMyfTJylOlZT+eEotFXd1elee8ih5WsjXaR3PA9M'],
    ['sha256', 'AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw=='],
    [
      'sha256',
      'AQAAAAEAA9CQAAAAIESkQuj2Du8Y+kbc5lcN/W/3NiAZFEm11P27nrSN5/tId+bR1SwV8CO1Jd72r4C08OLvplNlCDc3oQZ8efcW+jQ=',
    ],
    ['sha512', 'AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw'],
    [
      'sha512',
      'AQAAAAIAAAD6AAAAIJbVi5wbMR+htSfFp8fTw8N8GOS/Sje+S/4YZcgBfU7EQuqv4OkVYmc4VJl9AGZzmRTxSkP7LtVi9IWyUxX8IAAfZ8v+ZfhjCcudtC1YERSqE1OEdXLW9VukPuJWBBjLuw==',
    ],
    ['sha512', 'AQAAAAIAAYagAAAAEAABAgMEBQYHCAkKCwwNDg/Q8A0WMKbtHQJQ2DHCdoEeeFBrgNlldq6vH4qX/CGqGQ=='],
  ]
  for (const [digestName, blob] of vectors) await checkVector(`pbkdf2-${digestName}`, 'my password', blob)
})

test('the blobs that ASP.NET Identity does not match do not match, or are refused', async () => {
  const altered = [
    'AAABAgMEBQYHCAkKCwwNDg+uAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAALtH1uJg==',
    'AQAAAAAAAAD6AAAAEAhftMyfTJyAAAAAAAAAAAAAAAAAAAih5WsjXaR3PA9M',
    'AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHwAAAAAAAAAAAA',
  ]
  for (const blob of altered) {
    const imported = readImportedHash(blob)
    assert.equal(imported.kind, 'accepted')
    assert.equal((await verifyPassword(imported.hash, 'my password')).kind, 'mismatch')
  }
  checkRefusal('AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggE=', /not known/)
  checkRefusal('AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJgAAAAAAAAAAAAA=', /not known/)
  checkRefusal('AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4A=', /16 to 64 bytes/)
})

test('a hostile blob of ASP.NET Identity is refused', () => {
  const blob = (digestNumber: number, iterations: number, saltLength: number) => {
    const bytes = Buffer.alloc(61)
    bytes.writeUInt8(1)
    bytes.writeUInt32BE(digestNumber, 1)
    bytes.writeUInt32BE(iterations, 5)
    bytes.writeUInt32BE(saltLength, 9)
    return bytes.toString('base64')
  }
  assert.equal(readImportedHash(blob(1, 1000, 16)).kind, 'accepted')
  checkRefusal(blob(3, 1000, 16), /ASP.NET Identity hash is malformed/)
  checkRefusal(blob(1, 0xffffffff, 16), /4294967295/)
  checkRefusal(blob(1, 0, 16), /at least 1/)
  checkRefusal(blob(1, 1000, 0xffffffff), /malformed/)
  checkRefusal(blob(1, 1000, 40), /16 to 64 bytes/)
})
