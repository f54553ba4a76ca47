import { test } from 'node:test'
import { checkExample } from '../example.fixture.ts'
import { clerk } from './clerk.ts'

test('a Clerk user of the API with the row of the dashboard’s CSV', () => {
  const csv = {
    id: 'user_2aB',
    first_name: 'Ravi',
    last_name: '',
    username: '',
    primary_email_address: 'ravi@lumen.example',
    primary_phone_number: '',
    verified_email_addresses: 'ravi@lumen.example',
    unverified_email_addresses: 'old@lumen.example',
    verified_phone_numbers: '',
    unverified_phone_numbers: '',
    totp_secret: '',
    password_digest: '$2b$10$hESk/.1kF.AeXQFiTslDC.Zi5vmsd9zKeMaEJAoE3zMgDhCA/rRRq',
    password_hasher: 'bcrypt',
  }
  checkExample(
    clerk,
    {
      id: 'user_2aB',
      created_at: 1654012591514,
      banned: false,
      external_accounts: [{ provider: 'oauth_github', provider_user_id: '5512' }],
      hashes: [csv],
    },
    {
      external_id: 'user_2aB',
      identifiers: [
        { type: 'email_address', value: 'ravi@lumen.example', verified: true },
        { type: 'email_address', value: 'old@lumen.example', verified: false },
      ],
      profile: { first_name: 'Ravi' },
      scopes: [],
      groups: [],
      federated_identities: [{ provider: 'github', subject: '5512' }],
      password_hash: '$2b$10$hESk/.1kF.AeXQFiTslDC.Zi5vmsd9zKeMaEJAoE3zMgDhCA/rRRq',
      created_at: '2022-05-31T15:56:31Z',
      status: 'active',
    },
  )
})
