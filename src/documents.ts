import manifest from '../package.json' with { type: 'json' }
import { type DocumentInfo, openapi } from './platform/openapi.ts'
import { type Glossary, glossary } from './platform/words.ts'
import { listCalls } from './reference/calls.ts'
import { words } from './reference/words.ts'
import { endpoints } from './server.ts'

const EVERYWHERE = `
Bodies are JSON of at most 64 KiB, in UTF-8; members that an operation does not know are ignored. Every answer carries a \`Date\` header, by
which clients correct their clock, and an \`X-Request-Id\` that the log of the server names too.

Besides the errors listed, any operation may answer 503 \`overloaded\` with \`Retry-After\`, in seconds: nothing was done, try again after that
time. Errors are told apart by \`code\`, which never changes; \`message\` is for developers and may change.`

const license = { name: manifest.license, identifier: manifest.license }

const frontend: DocumentInfo = {
  audience: 'frontend',
  info: {
    title: 'Antiphon Frontend API',
    version: manifest.version,
    description: `What apps and pages call on behalf of their users. The host names the application.\n${EVERYWHERE}`,
    license,
  },
  servers: [
    {
      url: 'https://{appId}.{baseDomain}',
      variables: {
        appId: { default: 'demo', description: 'The id of the application' },
        baseDomain: { default: 'session.localhost', description: 'ANTIPHON_BASE_DOMAIN of the server' },
      },
    },
  ],
  tags: [
    { name: 'Login OTP', description: 'Login by a one-time code sent to a phone or mailbox' },
    { name: 'Login Email Password', description: 'Login by email address and password' },
    { name: 'Login OAuth', description: 'Login through other identity providers' },
    { name: 'Login SAML', description: 'Login through the identity provider of an organisation' },
    { name: 'Passkey Login', description: 'Login by passkey' },
    { name: 'Login Migration', description: 'Login by the session of a legacy system' },
    { name: 'Login Finalize', description: 'The last step of every login: a session for a challenge token' },
    { name: 'Session', description: 'Continue and end a session' },
    { name: 'Session Management', description: 'Sessions, identifiers and credentials of the signed-in user' },
    { name: 'Step-Up', description: 'More proof for more scopes within a session' },
    { name: 'Passkey Management', description: 'Passkeys of the signed-in user' },
    { name: 'Password', description: 'Rules for passwords, and their change' },
    { name: 'Well-Known', description: 'Public keys and server metadata' },
  ],
  securitySchemes: {
    dpop: {
      type: 'apiKey',
      in: 'header',
      name: 'DPoP',
      description:
        'A DPoP proof by the key of the client, RFC 9449. When its time is off or its nonce too old, the answer is 400 `use_dpop_nonce` with a `DPoP-Nonce` header: nothing was done; sign again with that nonce and send once more.',
    },
    refreshToken: {
      type: 'apiKey',
      in: 'header',
      name: 'X-Refresh-Token',
      description: 'The refresh token of a session that is bound to a DPoP key.',
    },
    refreshCookie: {
      type: 'apiKey',
      in: 'cookie',
      name: '__Host-refresh_{appId}',
      description: 'The refresh token of a session without a key; only browsers hold it, scripts cannot read it.',
    },
    verificationToken: {
      type: 'apiKey',
      in: 'header',
      name: 'X-Verification-Token',
      description: 'The verification that a code was sent for. A challenge token in the body takes its place.',
    },
    verificationCookie: {
      type: 'apiKey',
      in: 'cookie',
      name: '__Host-verification-login_{appId}',
      description: 'The same for browsers, on the application’s own pages.',
    },
    accessToken: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'An access token of a session that still lives. RFC 6750.',
    },
  },
}

const management: DocumentInfo = {
  audience: 'management',
  info: {
    title: 'Antiphon Management API',
    version: manifest.version,
    description: `What the backend of an application calls. Never call it from an app or a page.\n${EVERYWHERE}`,
    license,
  },
  servers: [
    {
      url: 'https://{host}',
      variables: { host: { default: 'session.localhost', description: 'Any name of the server' } },
    },
  ],
  tags: [
    { name: 'Applications', description: 'Applications of the instance and their API keys' },
    { name: 'Signing keys', description: 'What signs the tokens and webhooks of an application' },
    { name: 'Mode', description: 'Development or production' },
    { name: 'Tokens', description: 'Tokens for tests, in development mode' },
    { name: 'Users', description: 'Users, their identifiers, sessions and rights' },
    {
      name: 'Proof of a migration',
      description: 'Whether the legacy system can be switched off, and who would notice',
    },
    { name: 'Imports', description: 'Users of other systems, from a file' },
    { name: 'Events', description: 'What happened to an application and its users' },
    { name: 'Statistics', description: 'How often something happened' },
    { name: 'Audit', description: 'Who changed what' },
    { name: 'Operators', description: 'Who works with the console' },
    { name: 'Health', description: 'How the instance does, and what is to be mended' },
    { name: 'Webhooks', description: 'Where events are sent' },
    { name: 'Hooks', description: 'What we ask of servers of your own, and what they answer' },
    { name: 'Events sent', description: 'What webhooks bring, type by type' },
    { name: 'Domains', description: 'Domains of the application’s own' },
    { name: 'Config - Tokens', description: 'How long tokens live' },
    { name: 'Config - Scopes', description: 'Scopes that users may hold' },
    { name: 'Config - Groups', description: 'Groups of scopes' },
    { name: 'Config - Claims', description: 'What access tokens tell of the user' },
    { name: 'Config - Step-up', description: 'Which proof grants which scope' },
    { name: 'Config - Migration', description: 'How sessions of the legacy system are judged' },
    { name: 'Config - Login OTP', description: 'Login by one-time code' },
    { name: 'Config - Login OAuth', description: 'Login through other identity providers' },
    { name: 'Config - Login SAML', description: 'Login through the identity provider of an organisation' },
    { name: 'Config - Login Password', description: 'Login by password' },
    { name: 'Messages', description: 'What became of e-mail and SMS' },
    { name: 'Config - Messages', description: 'Who delivers e-mail and SMS, and what they say' },
    { name: 'Config - Passkey', description: 'The relying party of passkeys' },
  ],
  securitySchemes: {
    managementKey: {
      type: 'http',
      scheme: 'bearer',
      description:
        'A management key of the application in the path, or one of the whole instance. It must have the permission that the operation names in `x-permission`; without it, the answer is 403 `insufficient_permissions`.',
    },
  },
}

/** The OpenAPI 3.1 document of the frontend API. */
export const frontendDocument = (known: Glossary = glossary(words)): object =>
  openapi(endpoints, { ...frontend, words: known })

/** The OpenAPI 3.1 document of the management API. */
export const managementDocument = (known: Glossary = glossary(words)): object =>
  openapi(endpoints, { ...management, calls: listCalls(), words: known })

/** What the documents leave open, and words that nobody asks for, one line each; none when all is said. */
export function findLacking(): string[] {
  const known = glossary(words)
  frontendDocument(known)
  managementDocument(known)
  return [...known.lacking, ...known.unused().map((word) => `${word}: the word is nowhere used`)]
}
