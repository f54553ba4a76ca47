import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readImportedHash } from '../password-hash.ts'
import { encodeBase64 } from './base64.ts'
import { checkRefusal, checkVector } from './vectors.fixture.ts'

const DIGEST = 'Qj3+9PPyRjSJIebHnG81TMjsqtaIGxNQG/aEB/NYafTJ7tibgfYz71m0ldQESkXFRkdVCBhhY8mx7rQwite/Pw=='

function phc(cost: string, salt: string, hex: string): string {
  return `$scrypt$${cost}$${encodeBase64(Buffer.from(salt))}$${encodeBase64(Buffer.from(hex, 'hex'))}`
}

test('the vectors of RFC 7914 §12 match', async () => {
  await checkVector(
    'scrypt',
    '',
    phc(
      'ln=4,r=1,p=1',
      '',
      '77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906',
    ),
  )
  await checkVector(
    'scrypt',
    'password',
    phc(
      'ln=10,r=8,p=16',
      'NaCl',
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
    ),
  )
  await checkVector(
    'scrypt',
    'pleaseletmein',
    phc(
      'ln=14,r=8,p=1',
      'SodiumChloride',
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    ),
  )
})

test('the hash of the test suite of Django matches, and so does one with its newer parallelism of 5', async () => {
  await checkVector('scrypt', 'lètmein', `scrypt$16384$seasalt$8$1$${DIGEST}`)
  // Python 3.11, hashlib.scrypt
  const five = 'ozpUt/qDR/QLBzi9csaWJofO252yHC+Oxl5cycNUQkna/BBjumDq5KMXPAq1Xi3sxxGWxqtAlQmEE+DSWNl+FQ=='
  await checkVector('scrypt', 'lètmein', `scrypt$1024$seasalt$8$5$${five}`)
})

test('the defaults of Django and the OWASP minimum are within the limit, twice as much is not', () => {
  for (const [n, p] of [
    [2 ** 14, 5],
    [2 ** 17, 1],
  ]) {
    assert.equal(readImportedHash(`scrypt$${n}$seasalt$8$${p}$${DIGEST}`).kind, 'accepted')
  }
  checkRefusal(`scrypt$${2 ** 18}$seasalt$8$1$${DIGEST}`, /scrypt work in bytes .* is 268435456/)
  checkRefusal(`$scrypt$ln=99,r=8,p=1$c2FsdA$${DIGEST}`, /work/)
  checkRefusal(`$scrypt$ln=1,r=999999999,p=1$c2FsdA$${DIGEST}`, /work/)
  checkRefusal(`$scrypt$ln=1,r=1,p=17$c2FsdA$${DIGEST}`, /parallelism \(p\) is 17/)
})

test('anything else that begins as scrypt is refused', () => {
  checkRefusal(`scrypt$16383$seasalt$8$1$${DIGEST}`, /power of two/)
  checkRefusal(`scrypt$1$seasalt$8$1$${DIGEST}`, /power of two/)
  checkRefusal(`$scrypt$ln=16,r=1,p=1$c2FsdA$${DIGEST}`, /RFC 7914/)
  checkRefusal(`$scrypt$ln=14,r=0,p=1$c2FsdA$${DIGEST}`, /malformed/)
  checkRefusal(`$scrypt$ln=14,r=8$c2FsdA$${DIGEST}`, /malformed/)
  checkRefusal(`$scrypt$ln=14,r=8,p=1$c2Fsd!$${DIGEST}`, /not base64/)
  checkRefusal('$scrypt$ln=14,r=8,p=1$c2FsdA$AAAA', /16 to 64 bytes/)
})
