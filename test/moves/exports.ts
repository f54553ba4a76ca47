import type { Person } from './people.ts'

/** The files that a legacy system's owner downloads, by what each is to `antiphon import`. Every hash that can be read accepts `PASSWORD`. */
export interface Export {
  readonly users: ExportFile
  readonly hashes?: ExportFile
  readonly map?: ExportFile
  readonly firebaseHash?: ExportFile
}

export interface ExportFile {
  readonly name: string
  readonly content: string
}

const file = (name: string, content: string): ExportFile => ({ name, content })

const lines = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('')
const cell = (value: unknown): string => {
  const text = value === null || value === undefined ? '' : String(value)
  return /[",\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}
const csv = (header: readonly string[], rows: readonly (readonly unknown[])[]): string =>
  [header, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')

export const auth0Id = ({ n, isSocial }: Person): string => (isSocial ? `google-oauth2|g${n}` : `auth0|u${n}`)

/** The users of a bulk export, and the file of hashes that comes by the support case. */
export function auth0Export(people: readonly Person[]): Export {
  const hash = '$2b$10$.tyCFIeLnSaouD6ivShMuuqRwumkyA8.eqeZ2RwS7V/IJDQBJNFjG'
  const identity = (person: Person) => {
    const [provider, user_id] = auth0Id(person).split('|')
    const connection = provider === 'auth0' ? 'Username-Password-Authentication' : provider
    return { provider, user_id, connection, isSocial: provider !== 'auth0' }
  }
  return {
    users: file(
      'users.ndjson',
      lines(
        people.map((person) => ({
          user_id: auth0Id(person),
          ...(person.email !== null && { email: person.email, email_verified: person.isProven }),
          ...(person.phone !== null && { phone_number: person.phone, phone_verified: false }),
          created_at: person.createdAt,
          ...(person.isBlocked && { blocked: true }),
          identities: [identity(person)],
        })),
      ),
    ),
    hashes: file(
      'hashes.ndjson',
      lines(
        people
          .filter((person) => auth0Id(person).startsWith('auth0|'))
          .map((person) => ({
            _id: { $oid: `u${person.n}` },
            email: person.email,
            passwordHash: person.hasHash ? hash : '$unheard-of$1',
            connection: 'Username-Password-Authentication',
          })),
      ),
    ),
  }
}

export const clerkId = ({ n }: Person): string => `user_${n}`

/** The dashboard's table, which has the hashes, and the API's list, which has the rest. */
export function clerkExport(people: readonly Person[]): Export {
  const header = [
    ...['id', 'first_name', 'last_name', 'username', 'primary_email_address', 'primary_phone_number'],
    ...['verified_email_addresses', 'unverified_email_addresses', 'verified_phone_numbers', 'unverified_phone_numbers'],
    ...['totp_secret', 'password_digest', 'password_hasher'],
  ]
  const hash = '$2b$10$hESk/.1kF.AeXQFiTslDC.Zi5vmsd9zKeMaEJAoE3zMgDhCA/rRRq'
  return {
    hashes: file(
      'users.csv',
      csv(
        header,
        people.map((person) => [
          ...[clerkId(person), 'Pat', '', '', person.email, ''],
          ...[person.isProven ? person.email : '', person.isProven ? '' : person.email, '', person.phone],
          ...['', person.hasHash ? hash : '$unheard-of$1', 'bcrypt'],
        ]),
      ),
    ),
    users: file(
      'users.json',
      JSON.stringify(
        people.map((person) => ({
          id: clerkId(person),
          created_at: Date.parse(person.createdAt) || 0,
          banned: person.isBlocked,
          external_accounts: person.isSocial ? [{ provider: 'oauth_github', provider_user_id: `g${person.n}` }] : [],
        })),
      ),
    ),
  }
}

export const firebaseId = ({ n }: Person): string => `fB${n}`

/** As the console shows them, but for its braces. */
const HASH_PARAMETERS = `algorithm: SCRYPT,
base64_signer_key: hZ3Z2Mu/yd4fXAdUj3cFIQGQaV6OQqmkR3xCcbKAliup1HbRhKBMXep/3BLouv941QSbJCweM0SedfSNWVA6wA==,
base64_salt_separator: Bw==,
rounds: 8,
mem_cost: 14,
`

export function firebaseExport(people: readonly Person[]): Export {
  const passwordHash = 'HTLKcGdykE2tPHp2twhkgxR0d4DuF7tq9MQV84T/jstvFFugVHHE7QYkswMnkaTd4sSWry5u1KJd5DU1zIyYTg=='
  return {
    users: file(
      'users.json',
      JSON.stringify({
        users: people.map((person) => ({
          localId: firebaseId(person),
          ...(person.email !== null && { email: person.email, emailVerified: person.isProven }),
          passwordHash: person.hasHash ? passwordHash : 'no hash',
          salt: 'nXbh/4oDzWy+uA==',
          createdAt: String(Date.parse(person.createdAt) || 0),
          ...(person.phone !== null && { phoneNumber: person.phone }),
          disabled: person.isBlocked,
          providerUserInfo: person.isSocial ? [{ providerId: 'google.com', rawId: `g${person.n}` }] : [],
        })),
      }),
    ),
    firebaseHash: file('hash.txt', HASH_PARAMETERS),
  }
}

export const supabaseId = ({ n }: Person): string => `7c1e0000-0000-4000-8000-${String(n).padStart(12, '0')}`

/** What our query writes of `auth.users`. */
export function supabaseExport(people: readonly Person[]): Export {
  const hash = '$2a$10$D5xmyvjSFQXePYVhBBjEN.pHblAzH5I2AlPHdNnLc9zFlRsuYQ1ae'
  return {
    users: file(
      'users.ndjson',
      lines(
        people.map((person) => ({
          id: supabaseId(person),
          email: person.email,
          encrypted_password: person.hasHash ? hash : '$unheard-of$1',
          email_confirmed_at: person.isProven ? '2024-01-15 10:30:00+00' : null,
          phone: person.phone,
          phone_confirmed_at: null,
          banned_until: person.isBlocked ? '2999-01-01 00:00:00+00' : null,
          raw_user_meta_data: { full_name: 'Pat' },
          created_at: person.createdAt,
          identities: person.isSocial ? [{ provider: 'google', provider_id: `g${person.n}` }] : [],
        })),
      ),
    ),
  }
}

export const cognitoId = ({ n }: Person): string => `9f02-${n}`

/** No pool gives its hashes away. */
export function cognitoExport(people: readonly Person[]): Export {
  return {
    users: file(
      'users.json',
      JSON.stringify({
        Users: people.map((person) => ({
          Username: cognitoId(person),
          Attributes: Object.entries({
            sub: cognitoId(person),
            ...(person.email !== null && { email: person.email, email_verified: String(person.isProven) }),
            ...(person.phone !== null && { phone_number: person.phone, phone_number_verified: 'false' }),
          }).map(([Name, Value]) => ({ Name, Value })),
          UserCreateDate: (Date.parse(person.createdAt) || 0) / 1000,
          Enabled: !person.isBlocked,
          UserStatus: 'CONFIRMED',
        })),
      }),
    ),
  }
}

export const homeId = ({ n }: Person): string => String(n + 1)

const MAPPING = {
  external_id: 'id',
  identifiers: [
    { type: 'email_address', value: 'mail', verified: 'confirmed' },
    { type: 'phone_number', value: 'phone' },
  ],
  password_hash: 'password',
  created_at: 'created',
  status: { from: 'locked', values: { t: 'blocked', f: 'active' } },
}

/** `select id, mail, confirmed, phone, password, created, locked from customers`, as a table of text. */
export function homeExport(people: readonly Person[]): Export {
  const hash = '$2y$12$T27gUbvhffm/3Mh2Ra4xVetB4A6tdvdoREd6MTWO2YUIMrEru2MvK'
  return {
    users: file(
      'customers.csv',
      csv(
        ['id', 'mail', 'confirmed', 'phone', 'password', 'created', 'locked'],
        people.map((person) => [
          ...[homeId(person), person.email, person.isProven ? 't' : 'f', person.phone],
          ...[person.hasHash ? hash : '$unheard-of$1', person.createdAt, person.isBlocked ? 't' : 'f'],
        ]),
      ),
    ),
    map: file('mapping.json', JSON.stringify(MAPPING)),
  }
}
