import assert from 'node:assert/strict'
import { createHmac, createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import { application, type TestApp } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import {
  ALGORITHMS,
  configOf,
  configure,
  issuerKey,
  migrate,
  moveOver,
  progressOf,
  publish,
  shown,
} from '../../../test/house/legacy.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { withBadSignature } from '../../../test/house/tokens.ts'
import { custom } from '../../../test/vectors/legacy/tokens.ts'
import { START, type World } from '../../../test/world.ts'

const NOW = START / 1000
const [rsa, pss, ec, ed, stranger] = await Promise.all([
  issuerKey('RS256', 'rsa'),
  issuerKey('PS256', 'pss'),
  issuerKey('ES256', 'ec'),
  issuerKey('EdDSA', 'ed'),
  issuerKey('EdDSA', 'ed'),
])
const ALL = [rsa, pss, ec, ed]
const claims = custom.claims

const encoded = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url')
const unsigned = (header: object, signature = '') => `${encoded(header)}.${encoded(claims)}.${signature}`

/** HS256 with an RSA public key as the secret, in each form that an issuer publishes it. */
function confused(secret: string | Buffer): string {
  const input = `${encoded({ alg: 'HS256', kid: 'rsa', typ: 'JWT' })}.${encoded(claims)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}
const publicKey = createPublicKey({ format: 'jwk', key: rsa.jwk })

const ACCEPTED: readonly [name: string, token: Promise<string>][] = [
  ['RS256', rsa.sign(claims)],
  ['PS256', pss.sign(claims)],
  ['ES256', ec.sign(claims)],
  ['EdDSA', ed.sign(claims)],
  ['no type', ed.sign(claims, { typ: undefined })],
  ['a type in other letters', ed.sign(claims, { typ: 'application/jwt' })],
  ['no kid', ed.sign(claims, { kid: undefined })],
  ['an empty kid', ed.sign(claims, { kid: '' })],
  ['one audience as a text', ed.sign({ ...claims, aud: 'web' })],
  ['expired for less than 30 seconds', ed.sign({ ...claims, exp: NOW - 29 })],
  ['valid in less than 30 seconds', ed.sign({ ...claims, nbf: NOW + 29 })],
]

const REFUSED: readonly [name: string, token: string | Promise<string>][] = [
  ['no JWT', 'legacy-session'],
  ['two parts', 'e30.e30'],
  ['four parts', ed.sign(claims).then((token) => `${token}.e30`)],
  ['five parts, encrypted', 'e30.e30.e30.e30.e30'],
  ['a header that is no JSON', `e3.${encoded(claims)}.AA`],
  ['claims that are a list', `${encoded({ alg: 'EdDSA', kid: 'ed' })}.${encoded([])}.AA`],
  ['alg none', unsigned({ alg: 'none', typ: 'JWT' })],
  ['alg none with a kid', unsigned({ alg: 'none', kid: 'ed' })],
  ['alg None, in other letters', unsigned({ alg: 'nOnE', kid: 'ed' })],
  ['alg EdDSA without signature', unsigned({ alg: 'EdDSA', kid: 'ed' })],
  ['no alg', unsigned({ kid: 'ed' }, 'AA')],
  ['HS256 with the public key as PEM', confused(publicKey.export({ type: 'spki', format: 'pem' }))],
  ['HS256 with the public key as DER', confused(publicKey.export({ type: 'spki', format: 'der' }))],
  ['HS256 with the published JWK', confused(JSON.stringify(rsa.jwk))],
  ['HS256 with the modulus', confused(Buffer.from(rsa.jwk.n ?? '', 'base64url'))],
  ['HS256 with nothing', confused('')],
  ['a key of its own in the header', stranger.sign(claims, { kid: 'own', jwk: stranger.jwk })],
  ['an address of its own keys in the header', stranger.sign(claims, { kid: 'own', jku: 'https://evil.example/keys' })],
  ['another key under the same kid', stranger.sign(claims)],
  ['no kid, and a key that nobody publishes', stranger.sign(claims, { kid: undefined })],
  ['a kid that is a number', unsigned({ alg: 'EdDSA', kid: 1 }, 'AA')],
  ['__proto__ as kid', stranger.sign(claims, { kid: '__proto__' })],
  ['the kid of a key of another kind', ed.sign(claims, { kid: 'rsa' })],
  ['another signature', ed.sign(claims).then(withBadSignature)],
  [
    'other claims under the same signature',
    ed.sign(claims).then((token) => token.replace(/\..*\./, `.${encoded({ ...claims, sub: 'admin' })}.`)),
  ],
  [
    'a critical extension that nobody knows',
    ed
      .sign(claims)
      .then((token) => token.replace(/^[^.]+/, encoded({ alg: 'EdDSA', kid: 'ed', crit: ['b64'], b64: false }))),
  ],
  ['an access token', ed.sign(claims, { typ: 'at+jwt' })],
  ['a logout token', ed.sign(claims, { typ: 'logout+jwt' })],
  ['a DPoP proof', ed.sign(claims, { typ: 'dpop+jwt' })],
  ['a type nobody knows', ed.sign(claims, { typ: 'application/entity-statement+jwt' })],
  ['a type that is a number', ed.sign(claims, { typ: 7 })],
  [
    'a logout token without type',
    ed.sign({ ...claims, events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }, { typ: undefined }),
  ],
  ['another issuer', ed.sign({ ...claims, iss: 'https://id.example.com.evil.example' })],
  ['an issuer with a slash more', ed.sign({ ...claims, iss: 'https://id.example.com/' })],
  ['a list of issuers', ed.sign({ ...claims, iss: ['https://id.example.com'] })],
  ['no issuer', ed.sign({ ...claims, iss: undefined })],
  ['another audience', ed.sign({ ...claims, aud: 'api' })],
  ['an audience in other letters', ed.sign({ ...claims, aud: 'Web' })],
  ['the audience deeper in a list', ed.sign({ ...claims, aud: [['web']] })],
  ['an audience of ours beside another’s, without client', ed.sign({ ...claims, azp: undefined })],
  ['an audience of ours, another client', ed.sign({ ...claims, aud: 'web', azp: 'api' })],
  ['an audience of ours, another client by its other name', ed.sign({ ...claims, client_id: 'api' })],
  ['no audience', ed.sign({ ...claims, aud: undefined })],
  ['expired', ed.sign({ ...claims, exp: NOW - 30 })],
  ['no expiry', ed.sign({ ...claims, exp: undefined })],
  ['an expiry as text', ed.sign({ ...claims, exp: String(NOW + 60) })],
  ['not yet valid', ed.sign({ ...claims, nbf: NOW + 31 })],
  ['somebody who acts for the user', ed.sign({ ...claims, act: { sub: 'admin' } })],
]

async function migrating(w: World, config: object = {}): Promise<TestApp> {
  const app = await application(w)
  await configure(app, configOf(custom, config))
  publish(w, custom.jwks, ...ALL)
  return app
}

/** How many tokens were refused, and that nothing else has failed. */
async function refusals(app: TestApp): Promise<number> {
  const { failures } = await progressOf(app)
  assert.deepEqual(
    failures.map(({ reason }: { reason: string }) => reason).filter((reason: string) => reason !== 'expired_token'),
    failures.some(({ reason }: { reason: string }) => reason === 'invalid_token') ? ['invalid_token'] : [],
  )
  return failures.reduce((sum: number, { count }: { count: number }) => sum + count, 0)
}

for (const { engine, w, app } of await stages(async (w) => ({ app: await migrating(w) }))) {
  for (const [name, token] of ACCEPTED) {
    test(`${engine}: a token is accepted: ${name}`, async () => {
      publish(w, custom.jwks, ...ALL)
      assert.equal((await migrate(app, await token)).status, 200)
    })
  }

  for (const [name, token] of REFUSED) {
    test(`${engine}: a token is refused, and nobody is told but the counter: ${name}`, async () => {
      const before = await refusals(app)
      const { users_known } = await progressOf(app)
      assertRefused(await migrate(app, await token), 'bad_request', 'bad_request')
      assert.equal(await refusals(app), before + 1)
      assert.equal((await progressOf(app)).users_known, users_known)
      assert.deepEqual(await eventsOf(w, app, 'migration.hook_failed'), [])
      assert.ok(!w.log.join('').includes(await token))
    })
  }

  test(`${engine}: a token that cannot be mapped to a user is told as a failed hook is: the configuration may be wrong`, async () => {
    const app = await migrating(w)
    assertRefused(
      await migrate(app, await ed.sign({ ...claims, email: undefined, phone_number: undefined })),
      'bad_request',
      'bad_request',
    )
    const reasons = (await eventsOf(w, app, 'migration.hook_failed')).map(({ reason }) => reason)
    assert.deepEqual(reasons, ['missing_identifiers'])
  })

  test(`${engine}: claims are found by name, by path, and a name with dots before a path`, async () => {
    const app = await migrating(w, {
      claims: {
        external_id: 'ids.0.value',
        email: 'https://example.com/email',
        email_verified: 'proof.of.email',
        profile: { city: 'address.city', plan: 'plan.name', nothing: 'address.street', nil: 'nil' },
      },
    })
    const token = await ed.sign({
      ...claims,
      ids: [{ value: 'legacy-7' }],
      'https://example.com/email': 'ada@example.org',
      proof: { of: { email: true } },
      address: { city: 'London' },
      'plan.name': 'by name',
      plan: { name: 'by path' },
      nil: null,
    })
    const user = await shown(app, (await moveOver(w, app, token)).userId)
    assert.equal(user.external_id, 'legacy-7')
    assert.deepEqual(user.identifiers, [{ type: 'email_address', value: 'ada@example.org' }])
    assert.deepEqual(user.profile, { city: 'London', plan: 'by name' })
  })

  test(`${engine}: an address from a claim of one’s own is proven by a claim of one’s own alone`, async () => {
    const app = await migrating(w, { claims: { email: 'user_metadata.email' } })
    const token = await ed.sign({ ...claims, user_metadata: { email: 'victim@example.com' } })
    assert.deepEqual((await shown(app, (await moveOver(w, app, token)).userId)).identifiers, [])
  })

  test(`${engine}: tokens are read in each algorithm that issuers sign with, and by no other key than their own`, async () => {
    const url = 'https://id.example.com/all-algorithms'
    const app = await migrating(w, { jwks_url: url })
    const keys = await Promise.all(ALGORITHMS.map(async (alg) => ({ kid: alg, key: await issuerKey(alg, alg) })))
    publish(w, url, ...keys.map(({ key }) => key))
    for (const { kid, key } of keys) assert.equal((await migrate(app, await key.sign(claims))).status, 200, kid)
    for (const [i, { key }] of keys.entries()) {
      const other = keys[(i + 1) % keys.length]?.kid
      assertRefused(await migrate(app, await key.sign(claims, { kid: other })), 'bad_request', 'bad_request')
    }
  })

  test(`${engine}: where the tokens are access tokens, and the configuration says so, others are refused`, async () => {
    const app = await migrating(w, { token_type: 'at+jwt' })
    assert.equal((await migrate(app, await ed.sign(claims, { typ: 'at+jwt' }))).status, 200)
    assert.equal((await migrate(app, await ed.sign(claims, { typ: 'application/AT+JWT' }))).status, 200)
    for (const typ of ['JWT', undefined, 'logout+jwt'])
      assertRefused(await migrate(app, await ed.sign(claims, { typ })), 'bad_request', 'bad_request')
  })

  test(`${engine}: claims may be demanded: all of them, each by one of its values, as what it is`, async () => {
    const app = await migrating(w, {
      required_claims: { 'org.id': ['north', 'south'], 'https://example.com/plan': 'paid', level: 2, staff: false },
    })
    const demanded = { org: { id: 'south' }, 'https://example.com/plan': 'paid', level: 2, staff: false }
    assert.equal((await migrate(app, await ed.sign({ ...claims, ...demanded }))).status, 200)
    for (const change of [
      { org: { id: 'west' } },
      { org: 'south' },
      { org: { id: ['south'] } },
      { org: undefined },
      { 'org.id': 'west' },
      { 'https://example.com/plan': undefined },
      { level: '2' },
      { level: 3 },
      { staff: undefined },
      { staff: 0 },
    ]) {
      const token = await ed.sign({ ...claims, ...demanded, ...change })
      assertRefused(await migrate(app, token), 'bad_request', 'bad_request')
      assert.equal((await progressOf(app)).failures[0].reason, 'invalid_token')
    }
  })

  test(`${engine}: a number without its country is nobody's, in whichever country it would be somebody's`, async () => {
    const app = await migrating(w)
    for (const [i, phone_number] of ['33612345678', 447911123456, '07911 123456', '0033612345678'].entries()) {
      const person = { sub: `national-${i}`, email: `national-${i}@example.com`, phone_number }
      const { userId } = await moveOver(w, app, await ed.sign({ ...claims, ...person, phone_number_verified: true }))
      const mine = [{ type: 'email_address', value: person.email }]
      assert.deepEqual((await shown(app, userId)).identifiers, mine, String(phone_number))
    }
  })

  for (const path of [
    '__proto__',
    'constructor',
    'constructor.name',
    '__proto__.constructor.name',
    'toString',
    'email.length',
    'hasOwnProperty',
  ]) {
    test(`${engine}: the path ${path} finds nothing`, async () => {
      const app = await migrating(w, { claims: { external_id: path } })
      assertRefused(await migrate(app, await ed.sign(claims)), 'bad_request', 'bad_request')
      assert.equal((await progressOf(app)).failures[0].reason, 'missing_external_id')

      const other = await migrating(w, { claims: { profile: { found: path } } })
      const { userId } = await moveOver(w, other, await ed.sign(claims))
      assert.deepEqual((await shown(other, userId)).profile, {})
    })
  }

  test(`${engine}: two applications may trust the same issuer, and keep their users apart`, async () => {
    const [one, two] = [await migrating(w), await migrating(w)]
    const token = await ed.sign(claims)
    assert.notEqual((await moveOver(w, one, token)).userId, (await moveOver(w, two, token)).userId)
  })
}
