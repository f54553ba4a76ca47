import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jwtVerify, SignJWT } from 'jose'
import { generateKeyPair, importPrivateJwk, importPublicJwk, type KeyObject } from './jwk.ts'
import { decodeJwt, judgeTimes, signJwt, verifyJwt } from './jwt.ts'

const ALGS = ['EdDSA', 'ES256', 'RS256', 'PS256'] as const
type Alg = (typeof ALGS)[number]

async function newPair(alg: Alg): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  const { publicJwk, privateJwk } = await generateKeyPair(alg)
  const publicKey = importPublicJwk(publicJwk)
  assert.ok(publicKey)
  return { privateKey: importPrivateJwk(privateJwk), publicKey }
}

const PAIRS: Record<Alg, { privateKey: KeyObject; publicKey: KeyObject }> = {
  EdDSA: await newPair('EdDSA'),
  ES256: await newPair('ES256'),
  RS256: await newPair('RS256'),
  PS256: await newPair('PS256'),
}
const CLAIMS = { sub: 'usr_1', iat: 1_790_000_000, exp: 4_000_000_000, name: 'Zoë' }

const text = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

function sign(alg: 'EdDSA' | 'ES256' | 'RS256', typ = 'at+jwt'): string {
  return signJwt({ alg, typ, kid: 'one' }, CLAIMS, PAIRS[alg].privateKey)
}

function accepts(
  token: string,
  alg: Alg,
  typ: string | undefined = 'at+jwt',
  algs: readonly string[] = [alg],
): boolean {
  return verifyJwt(token, typ, () => PAIRS[alg].publicKey, algs) !== undefined
}

async function joseAccepts(token: string, alg: Alg, typ = 'at+jwt'): Promise<boolean> {
  try {
    await jwtVerify(token, PAIRS[alg].publicKey, { typ, algorithms: [alg] })
    return true
  } catch {
    return false
  }
}

async function signWithJose(alg: Alg, header: object = {}): Promise<string> {
  const protectedHeader = { alg, typ: 'at+jwt', kid: 'one', ...header }
  return new SignJWT(CLAIMS).setProtectedHeader(protectedHeader).sign(PAIRS[alg].privateKey)
}

/** Ways to spoil a good token; each keeps it a string that a client could send. */
function mutationsOf(token: string): Record<string, string> {
  const [header = '', claims = '', signature = ''] = token.split('.')
  const otherClaims = text({ ...CLAIMS, sub: 'usr_2' })
  const swap = (part: string, at: number) => part.slice(0, at) + (part[at] === 'A' ? 'B' : 'A') + part.slice(at + 1)
  return {
    'other claims': `${header}.${otherClaims}.${signature}`,
    'other header': `${text({ alg: 'none', typ: 'at+jwt', kid: 'one' })}.${claims}.${signature}`,
    'header without alg': `${text({ typ: 'at+jwt', kid: 'one' })}.${claims}.${signature}`,
    'altered signature': `${header}.${claims}.${swap(signature, 10)}`,
    'cut signature': `${header}.${claims}.${signature.slice(0, -4)}`,
    'no signature': `${header}.${claims}.`,
    'two parts': `${header}.${claims}`,
    'four parts': `${token}.${signature}`,
    'claims that are no JSON': `${header}.${text('{')}.${signature}`,
    'claims that are an array': `${header}.${text('[]')}.${signature}`,
    'an empty token': '',
  }
}

for (const alg of ['EdDSA', 'ES256', 'RS256'] as const) {
  test(`jose verifies what we sign with ${alg}, claim for claim`, async () => {
    const { payload, protectedHeader } = await jwtVerify(sign(alg), PAIRS[alg].publicKey, { typ: 'at+jwt' })
    assert.deepEqual(payload, CLAIMS)
    assert.deepEqual(protectedHeader, { alg, typ: 'at+jwt', kid: 'one' })
  })
}

for (const alg of ALGS) {
  test(`we verify what jose signs with ${alg}, claim for claim`, async () => {
    const verified = verifyJwt(await signWithJose(alg), 'at+jwt', () => PAIRS[alg].publicKey, [alg])
    assert.deepEqual(verified?.claims, CLAIMS)
    assert.deepEqual(verified?.header, { alg, typ: 'at+jwt', kid: 'one' })
  })

  test(`jose and we refuse the same spoilt ${alg} tokens`, async () => {
    const token = await signWithJose(alg)
    assert.equal(accepts(token, alg), true)
    for (const [name, spoilt] of Object.entries(mutationsOf(token))) {
      assert.equal(accepts(spoilt, alg), false, `we: ${name}`)
      assert.equal(await joseAccepts(spoilt, alg), false, `jose: ${name}`)
    }
  })

  test(`jose and we agree on every pair of a ${alg} token and a key`, async () => {
    const token = await signWithJose(alg)
    for (const other of ALGS) {
      const ours = verifyJwt(token, 'at+jwt', () => PAIRS[other].publicKey, ALGS) !== undefined
      assert.equal(ours, other === alg, `we: ${other}`)
      const theirs = jwtVerify(token, PAIRS[other].publicKey, { algorithms: [...ALGS] })
      if (other === alg) await theirs
      else await assert.rejects(theirs, `jose: ${other}`)
    }
  })
}

test('jose and we agree which types name the same thing', async () => {
  for (const typ of [
    'at+jwt',
    'AT+JWT',
    'application/at+jwt',
    'APPLICATION/at+JWT',
    'JWT',
    'challenge+jwt',
    '',
    7,
    null,
  ]) {
    const token = await signWithJose('EdDSA', { typ })
    for (const wanted of ['at+jwt', 'application/at+jwt']) {
      const expected = await joseAccepts(token, 'EdDSA', wanted)
      assert.equal(accepts(token, 'EdDSA', wanted), expected, `${typ} as ${wanted}`)
    }
  }
  assert.equal(await joseAccepts(await signWithJose('EdDSA', { typ: 'Application/AT+jwt' }), 'EdDSA'), true)
})

test('without a wanted type any type, or none, is accepted', async () => {
  assert.equal(accepts(await signWithJose('RS256', { typ: 'JWT' }), 'RS256'), false)
  const verify = (token: string) => verifyJwt(token, undefined, () => PAIRS.RS256.publicKey, ['RS256'])
  assert.ok(verify(await signWithJose('RS256', { typ: 'JWT' })))
  assert.ok(verify(await signWithJose('RS256', { typ: undefined })))
})

test('an algorithm outside the list is refused, though the signature is good', () => {
  assert.equal(accepts(sign('ES256'), 'ES256', 'at+jwt', ['EdDSA', 'RS256']), false)
})

test('an HMAC made with the public key is refused even when the list names HS256', async () => {
  const secret = Buffer.from(PAIRS.RS256.publicKey.export({ format: 'pem', type: 'spki' }))
  const header = { alg: 'HS256', typ: 'at+jwt', kid: 'one' }
  const token = await new SignJWT(CLAIMS).setProtectedHeader(header).sign(secret)
  assert.equal(accepts(token, 'RS256', 'at+jwt', ['RS256', 'HS256']), false)
})

test('a header with critical extensions is refused, since we understand none', async () => {
  const token = await new SignJWT(CLAIMS)
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'one', crit: ['x'], x: 1 })
    .sign(PAIRS.EdDSA.privateKey, { crit: { x: true } })
  assert.equal(decodeJwt(token), undefined)
  assert.equal(accepts(token, 'EdDSA'), false)
})

test('the key is looked up by kid and alg, the empty kid when there is none', async () => {
  const asked: string[] = []
  const keyOf = (kid: string, alg: string) => {
    asked.push(`${kid}/${alg}`)
    return PAIRS.EdDSA.publicKey
  }
  assert.ok(verifyJwt(await signWithJose('EdDSA'), 'at+jwt', keyOf, ['EdDSA']))
  assert.ok(verifyJwt(await signWithJose('EdDSA', { kid: undefined }), 'at+jwt', keyOf, ['EdDSA']))
  assert.equal(verifyJwt(await signWithJose('EdDSA', { kid: 7 }), 'at+jwt', keyOf, ['EdDSA']), undefined)
  assert.equal(
    verifyJwt(sign('EdDSA'), 'at+jwt', () => undefined, ['EdDSA']),
    undefined,
  )
  assert.deepEqual(asked, ['one/EdDSA', '/EdDSA'])
})

test('one key signs under several types and key ids, each with its own header', () => {
  for (const header of [
    { alg: 'EdDSA', typ: 'at+jwt', kid: 'one' },
    { alg: 'EdDSA', typ: 'challenge+jwt', kid: 'one' },
    { alg: 'EdDSA', typ: 'at+jwt', kid: 'two' },
    { alg: 'EdDSA', typ: 'at+jwt', kid: 'one' },
  ] as const) {
    assert.deepEqual(decodeJwt(signJwt(header, CLAIMS, PAIRS.EdDSA.privateKey))?.header, header)
  }
})

test('signing with a key of another kind is a bug', () => {
  assert.throws(() => signJwt({ alg: 'ES256', typ: 'at+jwt', kid: 'one' }, CLAIMS, PAIRS.EdDSA.privateKey), TypeError)
})

test('a token of 16 KiB is read, a longer one is not', () => {
  const overhead = `${text({})}..`.length
  const ofLength = (chars: number) => {
    const filler = Math.floor(((chars - overhead) * 3) / 4) - '{"a":""}'.length
    return `${text({})}.${text({ a: 'x'.repeat(filler) })}.`
  }
  assert.ok(ofLength(16_384).length > 16_300)
  assert.ok(decodeJwt(ofLength(16_384)))
  assert.equal(decodeJwt(ofLength(16_400)), undefined)
})

test('base64url that is not canonical is refused in every part', () => {
  const [header, claims, signature] = [text({ a: 1 }), text({ b: 2 }), text('s')]
  assert.ok(decodeJwt(`${header}.${claims}.${signature}`))
  for (const token of [
    `${header}=.${claims}.${signature}`,
    `${header}.${claims}=.${signature}`,
    `${header}.${claims}.${signature}==`,
    `${header}.${claims}.cx`,
    ` ${header}.${claims}.${signature}`,
    `${header}.${claims}.${signature}\n`,
  ]) {
    assert.equal(decodeJwt(token), undefined, token)
  }
})

test('a header or claims that are no JSON object are refused', () => {
  for (const json of ['[]', 'null', '1', '"text"', '{', '']) {
    assert.equal(decodeJwt(`${text(json)}.${text({})}.`), undefined, `header ${json}`)
    assert.equal(decodeJwt(`${text({})}.${text(json)}.`), undefined, `claims ${json}`)
  }
})

test('claims in another encoding than UTF-8 are refused, so that no two subjects become one', () => {
  for (const subject of ['José', 'Josè']) {
    const claims = Buffer.from(JSON.stringify({ sub: subject }), 'latin1').toString('base64url')
    assert.equal(decodeJwt(`${text({})}.${claims}.`), undefined)
  }
})

const NOW_SECONDS = 1_790_000_000

for (const [claims, leeway, verdict] of [
  [{ exp: NOW_SECONDS + 1 }, 0, 'ok'],
  [{ exp: NOW_SECONDS }, 0, 'expired'],
  [{ exp: NOW_SECONDS - 59 }, 60, 'ok'],
  [{ exp: NOW_SECONDS - 60 }, 60, 'expired'],
  [{ exp: NOW_SECONDS + 60, nbf: NOW_SECONDS }, 0, 'ok'],
  [{ exp: NOW_SECONDS + 60, nbf: NOW_SECONDS + 1 }, 0, 'not_yet_valid'],
  [{ exp: NOW_SECONDS + 60, nbf: NOW_SECONDS + 30 }, 30, 'ok'],
  [{ exp: NOW_SECONDS + 60, nbf: NOW_SECONDS + 31 }, 30, 'not_yet_valid'],
  [{}, 0, 'malformed'],
  [{ exp: String(NOW_SECONDS + 60) }, 0, 'malformed'],
  [{ exp: NOW_SECONDS + 60, nbf: 'now' }, 0, 'malformed'],
  [{ exp: NOW_SECONDS + 60, iat: null }, 0, 'malformed'],
] as const) {
  test(`${JSON.stringify(claims)} with ${leeway} s of leeway is ${verdict} at ${NOW_SECONDS}, for jose as for us`, async () => {
    assert.equal(judgeTimes(claims, NOW_SECONDS * 1000, leeway), verdict)
    const token = signJwt({ alg: 'EdDSA', typ: 'at+jwt', kid: 'one' }, claims, PAIRS.EdDSA.privateKey)
    const options = { currentDate: new Date(NOW_SECONDS * 1000), clockTolerance: leeway, requiredClaims: ['exp'] }
    const theirs = jwtVerify(token, PAIRS.EdDSA.publicKey, options)
    if (verdict === 'ok') await theirs
    else await assert.rejects(theirs)
  })
}
