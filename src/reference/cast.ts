/** Who and what the examples of the API reference are about, so that they fit together: Ada Lovelace, a user of the application `shop`. */
export const ADA = {
  id: 'usr_01jqebhswje1ka1z7ahr9rfsgt',
  externalId: 'legacy-42',
  uuid: '0195dcb8-e79c-7067-a0fc-ea8e138c7a1a',
  email: 'ada@larkspur.example',
  phone: '+33612345678',
  password: 'correct horse battery staple',
} as const

export const APP = 'shop'
export const SITE = 'https://www.shop.example'
export const SESSION = 'ses_01jr0z5w2seq998trz7ftbb9rj'
export const CORRELATION = '7c9e6679-7425-40de-944b-e07fc1f90ae7'

/** When things were made, when they changed, and when they will be over. */
export const MADE = '2026-01-02T03:04:05Z'
export const CHANGED = '2026-01-03T08:30:00Z'
export const OVER = '2026-02-01T03:04:05Z'

/** An id in the form of ours, of another thing. */
export const idOf = (prefix: string): string => `${prefix}_01jr0z5w2seq998trz7ftbb9rj`

/** Tokens are longer than anybody reads. */
export const ACCESS_TOKEN = 'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJ1c3JfMDFqcWVi…'
export const CHALLENGE_TOKEN = 'eyJhbGciOiJFZERTQSIsInR5cCI6ImNoYWxsZW5nZStqd3QifQ.eyJqdGkiOiJjaHRf…'
export const LEGACY_TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJsZWdhY3ktNDIiLCJleHAiOjE3NjczMjY2…'

/** RFC 7636, appendix B. */
export const CODE_VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
export const CODE_CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

export const CREDENTIAL_ID = 'AQID-vpPqZ8Tk0aXbM3xYw'
export const AAGUID = 'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4'
export const SHA256 = '9f57b8577c8abcd456e261a00ea290ab9975bf5a07937cb6b9892a9359b96f40'
export const PASSWORD_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$2oZx0qmp0bWJvI0zq4tVdS0pTq8cYQx0n3r1mWQ7S2c'
