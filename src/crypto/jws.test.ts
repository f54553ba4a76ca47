import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { CompactSign } from 'jose'
import { importPrivateJwk, importPublicJwk, type KeyObject } from './jwk.ts'
import { fitsAlgorithm, MAC_ALGORITHMS, SIGNATURE_ALGORITHMS, signInput, verifyInput, verifyMac } from './jws.ts'

const CLAIMS = 'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ'

// RFC 7515 A.2
const RS256 = {
  input: `eyJhbGciOiJSUzI1NiJ9.${CLAIMS}`,
  signature:
    'cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw',
  jwk: {
    kty: 'RSA',
    n: 'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
    e: 'AQAB',
    d: 'Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ',
    p: '4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc',
    q: 'uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc',
    dp: 'BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0',
    dq: 'h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_-kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU',
    qi: 'IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U',
  },
}

// RFC 7515 A.3
const ES256 = {
  input: `eyJhbGciOiJFUzI1NiJ9.${CLAIMS}`,
  signature: 'DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q',
  jwk: {
    kty: 'EC',
    crv: 'P-256',
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
    y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    d: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
  },
}

// RFC 8037 A.1, A.4 and A.5
const EDDSA = {
  input: 'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc',
  signature: 'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
  jwk: {
    kty: 'OKP',
    crv: 'Ed25519',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  },
}

// RFC 7515 A.4
const ES512 = {
  input: 'eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA',
  signature:
    'AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn',
  jwk: {
    kty: 'EC',
    crv: 'P-521',
    x: 'AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk',
    y: 'ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2',
  },
}

// RFC 8032 §7.4, a message of one octet
const ED448 = {
  input: '\u0003',
  signature:
    'Jrj5Fye9Yol68V5B60PDd--5xhDUjyM1ywvQCHgQ9DUlQbFDxLmBt-GPYt6MzfYz_BvwN6t813mAXg28wKrhy87hr7LgJ982vATc7L8VQzbBnwr34KZHKQXnmfGVPSoP8zSKshqkra_R0jREHPgHwDoA',
  jwk: { kty: 'OKP', crv: 'Ed448', x: 'Q7oo9DDN_0Vq5TFUX37NCsg0pV2TWMA3K_oMbGeYwIZq6gHrAHQoArhDjqTLghacI1FgYntMOpSA' },
}

const bytesOf = (text: string) => Buffer.from(text, 'base64url')

function publicKeyOf(jwk: object): KeyObject {
  const key = importPublicJwk(jwk)
  assert.ok(key)
  return key
}

for (const [alg, { jwk, input, signature }] of Object.entries({
  RS256,
  ES256,
  ES512,
  EdDSA: EDDSA,
  Ed25519: EDDSA,
  Ed448: ED448,
})) {
  test(`the ${alg} signature of the RFC verifies`, () => {
    assert.equal(verifyInput(alg, publicKeyOf(jwk), input, bytesOf(signature)), true)
  })

  test(`the ${alg} signature of the RFC does not verify for other input, when altered, cut or extended`, () => {
    const key = publicKeyOf(jwk)
    const bytes = bytesOf(signature)
    const altered = Buffer.from(bytes)
    altered.writeUInt8(altered.readUInt8(20) ^ 1, 20)
    assert.equal(verifyInput(alg, key, `${input}x`, bytes), false)
    for (const wrong of [altered, bytes.subarray(1), Buffer.concat([bytes, bytes]), Buffer.alloc(0)]) {
      assert.equal(verifyInput(alg, key, input, wrong), false)
    }
  })
}

test('the deterministic algorithms give the very signatures of RFC 7515 A.2 and RFC 8037 A.4', () => {
  assert.deepEqual(signInput('RS256', importPrivateJwk(RS256.jwk), RS256.input), bytesOf(RS256.signature))
  assert.deepEqual(signInput('EdDSA', importPrivateJwk(EDDSA.jwk), EDDSA.input), bytesOf(EDDSA.signature))
})

test('an ES256 signature has the 64 bytes of RFC 7518 §3.4, and a DER one is refused', () => {
  const signature = signInput('ES256', importPrivateJwk(ES256.jwk), 'data')
  assert.equal(signature.byteLength, 64)
  const der = Buffer.concat([Buffer.from('30450220', 'hex'), signature])
  assert.equal(verifyInput('ES256', publicKeyOf(ES256.jwk), 'data', der), false)
})

test('RS256 and PS256 do not stand for each other', () => {
  const key = publicKeyOf(RS256.jwk)
  const pss = signInput('PS256', importPrivateJwk(RS256.jwk), 'data')
  assert.equal(verifyInput('PS256', key, 'data', pss), true)
  assert.equal(verifyInput('RS256', key, 'data', pss), false)
  assert.equal(verifyInput('PS256', key, RS256.input, bytesOf(RS256.signature)), false)
})

test('an algorithm verifies with its own kind of key only', () => {
  const vectors = { RS256, ES256, EdDSA: EDDSA }
  for (const [alg, { input, signature }] of Object.entries(vectors)) {
    for (const [other, { jwk }] of Object.entries(vectors)) {
      assert.equal(verifyInput(alg, publicKeyOf(jwk), input, bytesOf(signature)), alg === other, `${alg} with ${other}`)
    }
  }
})

test('ES256 verifies on P-256 only, however sound the signature on another curve', () => {
  for (const namedCurve of ['secp256k1', 'P-384']) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve })
    const signature = sign('sha256', Buffer.from('data'), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    assert.equal(verifyInput('ES256', publicKey, 'data', signature), false, namedCurve)
  }
})

test('signing with another kind of key is a bug', () => {
  assert.throws(() => signInput('RS256', importPrivateJwk(EDDSA.jwk), 'data'), TypeError)
})

test('an unknown algorithm never verifies', () => {
  for (const alg of ['none', 'HS256', 'HS512', 'RS1', 'ES256K', 'rs256', '', '__proto__']) {
    assert.equal(verifyInput(alg, publicKeyOf(RS256.jwk), RS256.input, bytesOf(RS256.signature)), false, alg)
    assert.equal(fitsAlgorithm(alg, publicKeyOf(RS256.jwk)), false, alg)
  }
})

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 })
const curve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve })
const ED25519 = generateKeyPairSync('ed25519')
/** With one key for each kind: what tells the algorithms of a kind apart is the algorithm alone. */
const SIGNERS = {
  ...{ RS256: RSA, RS384: RSA, RS512: RSA, PS256: RSA, PS384: RSA, PS512: RSA },
  ...{ ES256: curve('P-256'), ES384: curve('P-384'), ES512: curve('P-521'), EdDSA: ED25519, Ed25519: ED25519 },
}

test('each algorithm verifies what jose signs with it, and nothing that jose signs with another', async () => {
  for (const [alg, { privateKey, publicKey }] of Object.entries(SIGNERS)) {
    const token = await new CompactSign(Buffer.from('data')).setProtectedHeader({ alg }).sign(privateKey)
    const [header, payload, signature = ''] = token.split('.')
    const key = publicKeyOf(
      createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({ format: 'jwk' }),
    )
    for (const other of SIGNATURE_ALGORITHMS) {
      const isSame = other === alg || (alg.startsWith('Ed') && other.startsWith('Ed') && other !== 'Ed448')
      assert.equal(verifyInput(other, key, `${header}.${payload}`, bytesOf(signature)), isSame, `${alg} as ${other}`)
    }
  }
})

test('an algorithm fits the keys of its kind and curve', () => {
  for (const [alg, { publicKey }] of Object.entries(SIGNERS)) {
    const kind = alg.slice(0, 2).replace('PS', 'RS')
    const fitting = SIGNATURE_ALGORITHMS.filter((other) => fitsAlgorithm(other, publicKey))
    const expected = kind === 'RS' ? /^[RP]S/ : kind === 'Ed' ? /^Ed(DSA|25519)$/ : new RegExp(`^${alg}$`)
    assert.deepEqual(
      fitting,
      SIGNATURE_ALGORITHMS.filter((other) => expected.test(other)),
      alg,
    )
  }
})

// RFC 7515 A.1
const HS256 = {
  input: `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${CLAIMS}`,
  code: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  secret: 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
}

test('the HS256 code of the RFC verifies by its secret alone, and for its input alone', () => {
  const [secret, code] = [bytesOf(HS256.secret), bytesOf(HS256.code)]
  assert.ok(verifyMac('HS256', secret, HS256.input, code))
  assert.ok(!verifyMac('HS256', secret.subarray(1), HS256.input, code))
  assert.ok(!verifyMac('HS256', secret, `${HS256.input} `, code))
  assert.ok(!verifyMac('HS256', secret, HS256.input, code.subarray(1)))
  for (const alg of ['HS384', 'HS512', 'RS256', 'none', '__proto__'])
    assert.ok(!verifyMac(alg, secret, HS256.input, code), alg)
})

test('each MAC verifies what jose makes with it, and none is a signature', async () => {
  const secret = Buffer.alloc(64, 1)
  for (const alg of MAC_ALGORITHMS) {
    const made = await new CompactSign(Buffer.from('x')).setProtectedHeader({ alg }).sign(secret)
    const [header, payload, code = ''] = made.split('.')
    const input = `${header}.${payload}`
    assert.deepEqual(
      MAC_ALGORITHMS.filter((one) => verifyMac(one, secret, input, bytesOf(code))),
      [alg],
    )
    assert.ok(!SIGNATURE_ALGORITHMS.includes(alg))
  }
})
