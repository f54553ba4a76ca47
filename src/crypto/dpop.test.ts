import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify, SignJWT } from 'jose'
import { encode } from './base64url.ts'
import { newBoundedCache } from './bounded-cache.ts'
import {
  CLIENT,
  type Client,
  ED25519,
  judge,
  NOW,
  NOW_SECONDS,
  OTHER,
  proofOf,
  RSA,
  URL_REFRESH,
  VALID,
} from './dpop.fixture.ts'
import type { ProofKey } from './dpop.ts'
import { type PublicJwk, thumbprint } from './jwk.ts'
import { signInput } from './jws.ts'

test('the example proof of RFC 9449 §4.1 is valid at its own time', () => {
  const proof =
    'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg'
  const input = { urls: ['https://server.example.com/token'], now: 1_562_262_616_000 }
  assert.deepEqual(judge(proof, input), {
    kind: 'valid',
    thumbprint: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
    jti: '-BwC3ESc6acc2lTc',
    issuedAt: 1_562_262_616_000,
  })
  assert.deepEqual(judge(proof, { ...input, now: NOW }), { kind: 'nonce_required' })
})

test('a good ES256 proof is valid, the first time and again', () => {
  assert.deepEqual(judge(proofOf()), VALID)
  assert.deepEqual(judge(proofOf()), VALID)
})

test('a good EdDSA proof is valid', () => {
  const expected = { kind: 'valid', thumbprint: thumbprint(ED25519.publicJwk), jti: 'one', issuedAt: NOW }
  assert.deepEqual(judge(proofOf({}, {}, ED25519)), expected)
})

for (const [what, proof] of Object.entries({
  'a query and a fragment in htu': proofOf({ htu: `${URL_REFRESH}?a=1#b` }),
  'an upper-case scheme and host in htu': proofOf({ htu: 'HTTPS://App1.Session.EXAMPLE/v1/session/refresh' }),
  'the default port in htu': proofOf({ htu: 'https://app1.session.example:443/v1/session/refresh' }),
  'an iat four minutes ahead': proofOf({ iat: NOW_SECONDS + 240 }),
  'an iat at the far edge of the window': proofOf({ iat: NOW_SECONDS - 300 }),
  'an iat with a fraction': proofOf({ iat: NOW_SECONDS + 0.5 }),
  'claims we do not know': proofOf({ ath: 'x', exp: 1 }),
  'the media type in full': proofOf({}, { typ: 'application/DPoP+JWT' }),
  'public members we do not know in jwk': proofOf({}, { jwk: { ...CLIENT.publicJwk, kid: 'one', use: 'sig' } }),
  'a jti of 256 characters': proofOf({ jti: 'x'.repeat(256) }),
})) {
  test(`${what} does no harm`, () => {
    assert.equal(judge(proof).kind, 'valid')
  })
}

test('any one of several accepted URLs will do', () => {
  assert.equal(judge(proofOf(), { urls: ['https://other.example/', URL_REFRESH] }).kind, 'valid')
})

const [HEADER_PART = '', CLAIMS_PART = '', SIGNATURE_PART = ''] = proofOf().split('.')

/** Faults of the JWT and its key, which jose refuses as well. */
const INVALID_JWT: Record<string, [proof: string, reason: string]> = {
  'an empty header': ['', 'not a JWT'],
  'two proofs joined by a comma': [`${proofOf()}, ${proofOf()}`, 'more than one proof'],
  'two parts only': [`${HEADER_PART}.${CLAIMS_PART}`, 'not a JWT'],
  'claims that are no object': [`${HEADER_PART}.${encode('[]')}.${SIGNATURE_PART}`, 'not a JWT'],
  'critical extensions': [proofOf({}, { crit: ['x'], x: 1 }), 'not a JWT'],
  'the type of an access token': [proofOf({}, { typ: 'at+jwt' }), 'typ is not dpop+jwt'],
  'no type': [proofOf({}, { typ: undefined }), 'typ is not dpop+jwt'],
  'alg none': [
    `${encode(JSON.stringify({ typ: 'dpop+jwt', alg: 'none', jwk: CLIENT.publicJwk }))}.${CLAIMS_PART}.`,
    'alg is neither ES256 nor EdDSA',
  ],
  'alg HS256 under the public key': [hs256Proof(), 'alg is neither ES256 nor EdDSA'],
  'alg RS256': [proofOf({}, {}, RSA), 'alg is neither ES256 nor EdDSA'],
  'no jwk': [proofOf({}, { jwk: undefined }), 'jwk is missing'],
  'a jwk that is null': [proofOf({}, { jwk: null }), 'jwk is missing'],
  'a private jwk': [proofOf({}, { jwk: CLIENT.privateJwk }), 'jwk has a private member'],
  'a symmetric jwk': [proofOf({}, { jwk: { kty: 'oct', k: 'AAAA' } }), 'jwk has a private member'],
  'a jwk of another kind than alg': [proofOf({}, { jwk: ED25519.publicJwk }), 'jwk is no key for alg'],
  'an alg of another kind than jwk': [proofOf({}, { alg: 'EdDSA' }), 'jwk is no key for alg'],
  'a jwk on another curve': [proofOf({}, { jwk: p384Jwk() }), 'jwk is no key for alg'],
  'a key of the other Edwards curve': [ed448Proof(), 'jwk is no key for alg'],
  'an RSA jwk': [proofOf({}, { jwk: RSA.publicJwk }), 'jwk is no key for alg'],
  'a point off the curve': [proofOf({}, { jwk: { ...CLIENT.publicJwk, y: xOf(CLIENT) } }), 'jwk is no key for alg'],
  'the signature of another key': [proofOf({}, { jwk: CLIENT.publicJwk }, OTHER), 'signature'],
  'the signature of other claims': [`${proofOf({ jti: 'two' }).replace(/[^.]+$/, '')}${SIGNATURE_PART}`, 'signature'],
  'no signature': [`${HEADER_PART}.${CLAIMS_PART}.`, 'signature'],
  'a signature cut short': [`${HEADER_PART}.${CLAIMS_PART}.${SIGNATURE_PART.slice(0, 84)}`, 'signature'],
}

/** Faults of the proof that only RFC 9449, or our stricter reading, knows. */
const INVALID_PROOF: Record<string, [proof: string, reason: string]> = {
  'an oversized header': [proofOf({ filler: 'x'.repeat(4096) }), 'too long'],
  'padded base64url': [`${HEADER_PART}.${CLAIMS_PART}.${SIGNATURE_PART}==`, 'not a JWT'],
  'a signature with stray trailing bits': [strayBits(), 'not a JWT'],
  'no jti': [proofOf({ jti: undefined }), 'jti is missing or too long'],
  'an empty jti': [proofOf({ jti: '' }), 'jti is missing or too long'],
  'a jti that is no string': [proofOf({ jti: 1 }), 'jti is missing or too long'],
  'a huge jti': [proofOf({ jti: 'x'.repeat(257) }), 'jti is missing or too long'],
  'no htm': [proofOf({ htm: undefined }), 'htm is not the method'],
  'another method': [proofOf({ htm: 'GET' }), 'htm is not the method'],
  'the method in another case': [proofOf({ htm: 'post' }), 'htm is not the method'],
  'no htu': [proofOf({ htu: undefined }), 'htu is not the URL'],
  'an htu that is no string': [proofOf({ htu: [URL_REFRESH] }), 'htu is not the URL'],
  'another host': [proofOf({ htu: 'https://app2.session.example/v1/session/refresh' }), 'htu is not the URL'],
  'another path': [proofOf({ htu: 'https://app1.session.example/v1/session/revoke' }), 'htu is not the URL'],
  'the path in another case': [proofOf({ htu: URL_REFRESH.replace('refresh', 'Refresh') }), 'htu is not the URL'],
  'another scheme': [proofOf({ htu: URL_REFRESH.replace('https', 'http') }), 'htu is not the URL'],
  'another port': [proofOf({ htu: 'https://app1.session.example:8443/v1/session/refresh' }), 'htu is not the URL'],
  'userinfo in htu': [proofOf({ htu: 'https://a:b@app1.session.example/v1/session/refresh' }), 'htu is not the URL'],
  'an htu that is no URL': [proofOf({ htu: '/v1/session/refresh' }), 'htu is not the URL'],
  'no iat': [proofOf({ iat: undefined }), 'iat is missing'],
  'an iat that is text': [proofOf({ iat: String(NOW_SECONDS) }), 'iat is missing'],
  'an infinite iat': [proofOfText(`{"jti":"one","htm":"POST","htu":"${URL_REFRESH}","iat":1e999}`), 'iat is missing'],
  'a nonce that is no string': [proofOf({ nonce: 1 }), 'nonce is not a string'],
}

function proofOfText(claims: string): string {
  const input = `${HEADER_PART}.${encode(claims)}`
  return `${input}.${encode(signInput('ES256', CLIENT.privateKey, input))}`
}

function p384Jwk() {
  return generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' })
}

function ed448Proof(): string {
  const { publicKey, privateKey } = generateKeyPairSync('ed448')
  const header = { typ: 'dpop+jwt', alg: 'EdDSA', jwk: publicKey.export({ format: 'jwk' }) }
  const [, claims] = proofOf().split('.')
  const input = `${encode(JSON.stringify(header))}.${claims}`
  return `${input}.${encode(sign(null, Buffer.from(input), privateKey))}`
}

function hs256Proof(): string {
  const header = encode(JSON.stringify({ typ: 'dpop+jwt', alg: 'HS256', jwk: CLIENT.publicJwk }))
  const mac = createHmac('sha256', JSON.stringify(CLIENT.publicJwk)).update(`${header}.${CLAIMS_PART}`).digest()
  return `${header}.${CLAIMS_PART}.${encode(mac)}`
}

/** 64 bytes end in a character with four unused bits; setting one spells the same bytes in another way. */
function strayBits(): string {
  const last = SIGNATURE_PART.slice(-1)
  const next = { A: 'B', Q: 'R', g: 'h', w: 'x' }[last]
  return `${HEADER_PART}.${CLAIMS_PART}.${SIGNATURE_PART.slice(0, -1)}${next}`
}

function xOf(client: Client): string {
  return client.publicJwk.kty === 'RSA' ? '' : client.publicJwk.x
}

for (const [what, [proof, reason]] of Object.entries({ ...INVALID_JWT, ...INVALID_PROOF })) {
  test(`a proof with ${what} is invalid`, () => {
    assert.deepEqual(judge(proof), { kind: 'invalid', reason })
  })
}

test('a key that was accepted once lends nothing to a jwk that differs from it', () => {
  assert.equal(judge(proofOf()).kind, 'valid')
  const { x, y } = CLIENT.publicJwk as { x: string; y: string }
  for (const jwk of [
    { ...CLIENT.publicJwk, kty: 'OKP' },
    { ...CLIENT.publicJwk, x: `${x}.${y}`, y: '' },
    { ...CLIENT.publicJwk, x: y, y: x },
    { ...CLIENT.publicJwk, y: [y] },
  ]) {
    assert.equal(judge(proofOf({}, { jwk })).kind, 'invalid')
  }
})

test('a bad signature is invalid even when freshness would have asked for a nonce', () => {
  const stale = proofOf({ iat: NOW_SECONDS - 3600 }, { jwk: CLIENT.publicJwk }, OTHER)
  assert.deepEqual(judge(stale), { kind: 'invalid', reason: 'signature' })
})

async function joseVerdict(proof: string): Promise<string> {
  try {
    const options = { typ: 'dpop+jwt', algorithms: ['ES256', 'EdDSA'], currentDate: new Date(NOW) }
    const { protectedHeader } = await jwtVerify(proof, EmbeddedJWK, options)
    return await calculateJwkThumbprint(protectedHeader.jwk as PublicJwk)
  } catch {
    return 'refused'
  }
}

function ourVerdict(proof: string): string {
  const outcome = judge(proof)
  return outcome.kind === 'valid' ? outcome.thumbprint : 'refused'
}

for (const client of [CLIENT, ED25519]) {
  test(`a proof that jose signs with ${client.alg} is valid here, under the thumbprint jose calculates`, async () => {
    const proof = await new SignJWT({ jti: 'one', htm: 'POST', htu: URL_REFRESH })
      .setIssuedAt(NOW_SECONDS)
      .setProtectedHeader({ typ: 'dpop+jwt', alg: client.alg, jwk: client.publicJwk })
      .sign(client.privateKey)
    assert.equal(ourVerdict(proof), await joseVerdict(proof))
    assert.equal(ourVerdict(proof), await calculateJwkThumbprint(client.publicJwk))
  })
}

test('whatever is wrong with the JWT itself, jose refuses it too', async () => {
  assert.equal(await joseVerdict(proofOf()), ourVerdict(proofOf()))
  for (const [what, [proof]] of Object.entries(INVALID_JWT)) assert.equal(await joseVerdict(proof), 'refused', what)
})

function recordedKeys() {
  const known = newBoundedCache<ProofKey>(10)
  const headers: string[] = []
  const insert = (header: string, key: ProofKey) => {
    headers.push(header)
    known.insert(header, key)
  }
  return { headers, keys: { ...known, insert } }
}

test('a header is remembered once a proof with it held, and not before', () => {
  const { headers, keys } = recordedKeys()
  const good = proofOf()
  const [header = '', claims] = good.split('.')
  const [, , foreign] = proofOf({}, { jwk: OTHER.publicJwk }, OTHER).split('.')
  assert.deepEqual(judge(`${header}.${claims}.${foreign}`, {}, keys), { kind: 'invalid', reason: 'signature' })
  assert.deepEqual(judge(proofOf({ htm: 'GET' }), {}, keys), { kind: 'invalid', reason: 'htm is not the method' })
  assert.deepEqual(headers, [])
  assert.deepEqual(judge(good, {}, keys), VALID)
  assert.deepEqual(judge(proofOf(), {}, keys), VALID)
  assert.deepEqual(headers, [header])
})

test('a header that is remembered vouches for nothing: signature and claims are judged as ever', () => {
  const { keys } = recordedKeys()
  const good = proofOf()
  assert.deepEqual(judge(good, {}, keys), VALID)
  const [header, claims] = good.split('.')
  const [, otherClaims, otherSignature] = proofOf({ jti: 'two' }).split('.')
  for (const [proof, reason] of [
    [`${header}.${claims}.${otherSignature}`, 'signature'],
    [`${header}.${otherClaims}.${good.split('.')[2]}`, 'signature'],
    [`${header}.${claims}.`, 'signature'],
    [`${header}.${claims}`, 'not a JWT'],
    [`${header}.x.${otherSignature}`, 'not a JWT'],
    [proofOf({ htu: 'https://elsewhere.example/' }), 'htu is not the URL'],
  ] as const) {
    assert.deepEqual(judge(proof, {}, keys), { kind: 'invalid', reason })
  }
  assert.deepEqual(judge(proofOf({ iat: 1 }), {}, keys), { kind: 'nonce_required' })
})

test('a header that is longer than any client needs is read each time', () => {
  const { headers, keys } = recordedKeys()
  const long = () => proofOf({}, { jwk: { ...CLIENT.publicJwk, kid: 'k'.repeat(400) } })
  assert.deepEqual(judge(long(), {}, keys), VALID)
  assert.deepEqual(judge(long(), {}, keys), VALID)
  assert.deepEqual(headers, [])
})
