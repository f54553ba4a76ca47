import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../provider.ts'
import { facebook } from './facebook.ts'

const OPTIONS = { clientId: 'client-1' }
const accountOf = (me: Json) => facebook.accountOf({ idToken: undefined, api: { me }, form: undefined }, OPTIONS)

test('the account is asked for by one version of the API, with a proof of who asks', () => {
  const { me } = facebook.calls(undefined, { issuer: '', authorization_endpoint: '', token_endpoint: '' }, OPTIONS)
  assert.deepEqual(me, { url: 'https://graph.facebook.com/v23.0/me?fields=id,name,email', signed: true })
})

test('69 an address of Facebook is not verified, whatever stands beside it', () => {
  for (const said of [
    {},
    { email_verified: true },
    { verified: true },
    { is_verified: true },
    { email_verified: 'true' },
  ]) {
    const account = accountOf({ id: '108', name: 'Ana', email: 'ana@example.com', ...said })
    assert.deepEqual(account, {
      issuer: '',
      subject: '108',
      email: { value: 'ana@example.com', isVerified: false },
      profile: {},
      amr: [],
    })
  }
})

test('an account without an address is known by its id', () => {
  assert.deepEqual(accountOf({ id: '108' }), { issuer: '', subject: '108', email: undefined, profile: {}, amr: [] })
})
