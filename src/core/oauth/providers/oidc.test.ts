import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { FederatedAccount, Json } from '../provider.ts'
import { oidc } from './oidc.ts'
import { okta } from './okta.ts'

const ISSUER = 'https://acme.okta.com/oauth2/default'
const OPTIONS = { clientId: 'client-1', issuerUrl: ISSUER }
const SERVER = { issuer: ISSUER, authorization_endpoint: `${ISSUER}/a`, token_endpoint: `${ISSUER}/t` }
const WHOLE = { sub: '00u1', email: 'ana@example.com', email_verified: true }

for (const provider of [okta, oidc]) {
  const accountOf = (idToken: Json, userinfo?: Json, options = {}) =>
    provider.accountOf({ idToken, api: { userinfo }, form: undefined }, { ...OPTIONS, ...options })
  const emailOf = (idToken: Json, userinfo?: Json) => (accountOf(idToken, userinfo) as FederatedAccount).email

  test(`${provider.name}: userinfo is asked when the ID token lacks the address or a word on it`, () => {
    const asks = (claims: Json) =>
      provider.calls(claims, { ...SERVER, userinfo_endpoint: `${ISSUER}/u` }, OPTIONS).userinfo?.url
    assert.equal(asks(WHOLE), undefined)
    assert.equal(asks({ ...WHOLE, email_verified: false }), undefined)
    assert.equal(asks({ ...WHOLE, email: undefined }), `${ISSUER}/u`)
    assert.equal(asks({ ...WHOLE, email_verified: undefined }), `${ISSUER}/u`)
    assert.deepEqual(provider.calls({ sub: '00u1' }, SERVER, OPTIONS), {})
  })

  test(`${provider.name}: 63 userinfo about somebody else, or nobody, makes the account unreadable`, () => {
    for (const sub of ['00u2', '', undefined, null, 7, ['00u1'], '00U1', '00u1 '])
      assert.ok('problem' in accountOf({ sub: '00u1' }, { ...WHOLE, sub }), String(sub))
    const options = { subjectClaim: 'uid' }
    assert.ok('problem' in accountOf({ uid: 'u' }, { ...WHOLE, sub: undefined }, options), 'neither has a sub')
    assert.ok('problem' in accountOf({ uid: 'u', sub: '00u1' }, { ...WHOLE, sub: 'u' }, options), 'another claim’s')
  })

  test(`${provider.name}: 65 address and verified state are both userinfo’s once it was asked`, () => {
    const thin = { sub: '00u1', email: 'ana@example.com' }
    assert.deepEqual(emailOf(thin, { sub: '00u1', email: 'other@example.com' }), {
      value: 'other@example.com',
      isVerified: false,
    })
    assert.equal(emailOf(thin, { sub: '00u1', email_verified: true }), undefined)
    assert.deepEqual(emailOf(thin, WHOLE), { value: 'ana@example.com', isVerified: true })
    assert.deepEqual(emailOf(thin), { value: 'ana@example.com', isVerified: false })
    const flagged = { sub: '00u1', email_verified: true }
    assert.deepEqual(emailOf(flagged, { sub: '00u1', email: 'victim@example.com' }), {
      value: 'victim@example.com',
      isVerified: false,
    })
  })

  test(`${provider.name}: 65 no address is verified by the word of another document`, () => {
    const address = fc.constantFrom(undefined, 'ana@example.com', 'victim@example.com')
    const flag = fc.constantFrom(undefined, true, false, 'true', 'false', 1)
    const documentOf = fc.record({ sub: fc.constant('00u1'), email: address, email_verified: flag })
    fc.assert(
      fc.property(documentOf, fc.option(documentOf, { nil: undefined }), (idToken, userinfo) => {
        const email = emailOf(idToken, userinfo)
        if (!email?.isVerified) return
        const says = (one?: Json) => one?.email === email.value && [true, 'true'].includes(one.email_verified as never)
        assert.ok(says(idToken) || says(userinfo))
      }),
    )
  })

  test(`${provider.name}: an account is of the issuer that is configured, and a token must name that one`, () => {
    assert.equal((accountOf({ ...WHOLE, iss: 'https://evil.example' }) as FederatedAccount).issuer, ISSUER)
    assert.equal(provider.issuerOf({ iss: 'https://evil.example' }, OPTIONS), ISSUER)
    assert.equal(provider.issuerOf({ iss: ISSUER }, { clientId: 'client-1' }), undefined)
  })
}

test('the claim that is configured names the user, from the ID token alone', () => {
  const subjectOf = (subjectClaim: string, idToken: Json) => {
    const userinfo = { ...WHOLE, uid: 'userinfo’s' }
    return oidc.accountOf(
      { idToken, api: { userinfo }, form: undefined },
      { ...OPTIONS, subjectClaim },
    ) as FederatedAccount
  }
  assert.equal(subjectOf('uid', { sub: '00u1', uid: 'u-1' }).subject, 'u-1')
  for (const claim of ['uid', '__proto__', 'constructor', 'toString'])
    assert.ok('problem' in subjectOf(claim, { sub: '00u1' }), claim)
})
