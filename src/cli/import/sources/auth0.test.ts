import { test } from 'node:test'
import { checkExample } from '../example.fixture.ts'
import { auth0 } from './auth0.ts'

test('an Auth0 user with the row of the hash file', () => {
  checkExample(
    auth0,
    {
      user_id: 'google-oauth2|10991',
      email: 'Mia@Lumen.example',
      email_verified: true,
      created_at: '2021-03-05T16:35:16.775Z',
      blocked: true,
      app_metadata: { roles: ['editor'] },
      user_metadata: { plan: 'pro' },
      identities: [
        { provider: 'google-oauth2', user_id: '10991', connection: 'google-oauth2', isSocial: true },
        { provider: 'auth0', user_id: '60aa', connection: 'Username-Password-Authentication', isSocial: false },
      ],
      hashes: [{ _id: { $oid: '60aa' }, passwordHash: '$2b$10$.tyCFIeLnSaouD6ivShMuuqRwumkyA8.eqeZ2RwS7V/IJDQBJNFjG' }],
    },
    {
      external_id: 'google-oauth2|10991',
      identifiers: [{ type: 'email_address', value: 'mia@lumen.example', verified: true }],
      profile: { plan: 'pro' },
      scopes: [],
      groups: ['editor'],
      federated_identities: [{ provider: 'google', subject: '10991' }],
      password_hash: '$2b$10$.tyCFIeLnSaouD6ivShMuuqRwumkyA8.eqeZ2RwS7V/IJDQBJNFjG',
      created_at: '2021-03-05T16:35:16Z',
      status: 'blocked',
    },
  )
})
