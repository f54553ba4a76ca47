import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import type { OutboundOutcome, OutboundRequest } from '../../src/platform/safe-fetch.ts'
import { answered } from '../house/legacy.ts'
import { START } from '../world.ts'
import {
  auth0Export,
  auth0Id,
  clerkExport,
  clerkId,
  cognitoExport,
  cognitoId,
  type Export,
  firebaseExport,
  firebaseId,
  homeExport,
  homeId,
  supabaseExport,
  supabaseId,
} from './exports.ts'
import { type Person, type State, tokenAddressOf } from './people.ts'

/** A legacy system that a team moves away from: what its owner downloads, what its clients hold, and what it answers while it is there. */
export interface LegacySystem {
  /** As `antiphon import --from` has it. */
  readonly name: string
  readonly title: string
  exportOf(people: readonly Person[]): Export
  /** Whether its export has hashes of passwords. Where not, the legacy system is asked while it is there. */
  readonly givesHashes: boolean
  /** How migration is configured. */
  readonly config: object
  idOf(person: Person): string
  /** What the app of somebody active still holds. */
  tokenOf(person: Person): string
  /** Its keys, and new tokens for refresh tokens, each of which is good once. */
  answer(request: OutboundRequest): OutboundOutcome | undefined
}

type Json = Readonly<Record<string, unknown>>

const NOW_SECONDS = Math.floor(START / 1000)
/** The day of the switch. No token is issued later. */
export const SWITCHED_AT = new Date(START).toISOString()

const DAY_SECONDS = 86_400
const EXPIRED_SECONDS: Readonly<Record<State, number>> = {
  fresh: -30,
  'a minute': 60,
  'a day': DAY_SECONDS,
  'a month': 30 * DAY_SECONDS,
  'refresh token': -30,
}

const encode = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url')

interface Signer {
  readonly header: Json
  sign(text: string): Buffer
}

function compact({ header, sign: signText }: Signer, claims: object): string {
  const text = `${encode(header)}.${encode(claims)}`
  return `${text}.${signText(text).toString('base64url')}`
}

/** Life of a token, and what is in it besides. */
interface Kind {
  readonly lifeSeconds: number
  claimsOf(person: Person): Json
  readonly signer: Signer
}

function tokenIn(state: State, { lifeSeconds, claimsOf, signer }: Kind, person: Person): string {
  const exp = NOW_SECONDS - EXPIRED_SECONDS[state]
  return compact(signer, { ...claimsOf(person), iat: exp - lifeSeconds, exp })
}

/** A key pair of an issuer, its signer and the set it publishes. */
function published(alg: 'RS256' | 'ES256') {
  const { privateKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...createPublicKey(privateKey).export({ format: 'jwk' }), kid: 'legacy', alg, use: 'sig' }
  const signer: Signer = {
    header: { alg, kid: 'legacy', typ: 'JWT' },
    sign: (text) => sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  }
  return { signer, answerKeys: () => answered({ keys: [jwk] }) }
}

const GRACE = { expired_grace_seconds: 60 * DAY_SECONDS, issued_before: SWITCHED_AT }

/** A vendor of refresh tokens that rotate: what each makes of one, once. */
function refreshTokens(people: Map<string, Person>, kind: Kind, answerOf: (token: string) => object) {
  const used = new Set<string>()
  return (token: string, refusal: object): OutboundOutcome => {
    const person = people.get(token)
    if (!person || used.has(token)) return answered(refusal, 400)
    used.add(token)
    return answered(answerOf(tokenIn('fresh', kind, person)))
  }
}

interface Vendor {
  readonly name: string
  readonly title: string
  readonly givesHashes?: boolean
  readonly config: object
  readonly kind: Kind
  /** Undefined: no refresh token is anything to a server; such apps refresh with the vendor's SDK first. */
  readonly refresh?: {
    readonly isCall: (request: OutboundRequest) => boolean
    readonly tokenOf: (body: string) => string | undefined
    readonly answerOf: (token: string) => object
    readonly refusal: object
  }
  readonly answer: (request: OutboundRequest) => OutboundOutcome | undefined
  exportOf(people: readonly Person[]): Export
  idOf(person: Person): string
}

function system({ refresh, kind, givesHashes = true, answer, ...vendor }: Vendor): LegacySystem {
  const holders = new Map<string, Person>()
  const use = refresh && refreshTokens(holders, kind, refresh.answerOf)
  return {
    ...vendor,
    givesHashes,
    tokenOf(person) {
      const state = person.state ?? 'fresh'
      if (state !== 'refresh token' || !refresh) return tokenIn(state, kind, person)
      const token = `refresh-token-of-${vendor.idOf(person)}`
      holders.set(token, person)
      return token
    },
    answer(request) {
      if (use && refresh?.isCall(request)) return use(refresh.tokenOf(request.body ?? '') ?? '', refresh.refusal)
      return answer(request)
    },
  }
}

const formMember = (name: string) => (body: string) => new URLSearchParams(body).get(name) ?? undefined
const at = (start: string) => (request: OutboundRequest) => request.method === 'POST' && request.url.startsWith(start)

export function auth0(): LegacySystem {
  const { signer, answerKeys } = published('RS256')
  const iss = 'https://lumen.eu.auth0.com/'
  return system({
    name: 'auth0',
    title: 'Auth0',
    config: { mode: 'jwt', preset: 'auth0', issuer: iss, audience: 'web', refresh: { client_id: 'web' }, ...GRACE },
    kind: {
      lifeSeconds: 36_000,
      signer,
      claimsOf: (person) => ({
        iss,
        aud: 'web',
        sub: auth0Id(person),
        sid: `s-${person.n}`,
        email: tokenAddressOf(person),
        email_verified: person.isProven,
      }),
    },
    refresh: {
      isCall: at(`${iss}oauth/token`),
      tokenOf: formMember('refresh_token'),
      answerOf: (id_token) => ({ id_token, access_token: 'opaque', refresh_token: 'next', token_type: 'Bearer' }),
      refusal: { error: 'invalid_grant' },
    },
    answer: ({ url }) => (url === `${iss}.well-known/jwks.json` ? answerKeys() : undefined),
    exportOf: auth0Export,
    idOf: auth0Id,
  })
}

export function clerk(): LegacySystem {
  const { signer, answerKeys } = published('RS256')
  const iss = 'https://clerk.lumen.example'
  return system({
    name: 'clerk',
    title: 'Clerk',
    config: { mode: 'jwt', preset: 'clerk', issuer: iss, audience: 'https://app.lumen.example', ...GRACE },
    kind: {
      lifeSeconds: 60,
      signer,
      claimsOf: (person) => ({
        iss,
        azp: 'https://app.lumen.example',
        sub: clerkId(person),
        sid: `sess_${person.n}`,
        v: 2,
      }),
    },
    answer: ({ url }) => (url === `${iss}/.well-known/jwks.json` ? answerKeys() : undefined),
    exportOf: clerkExport,
    idOf: clerkId,
  })
}

export function firebase(): LegacySystem {
  const { signer, answerKeys } = published('RS256')
  const project = 'lumen-shop'
  const iss = `https://securetoken.google.com/${project}`
  return system({
    name: 'firebase',
    title: 'Firebase',
    config: { mode: 'jwt', preset: 'firebase', issuer: iss, audience: project, refresh: { api_key: 'key' }, ...GRACE },
    kind: {
      lifeSeconds: 3_600,
      signer,
      claimsOf: (person) => ({
        iss,
        aud: project,
        sub: firebaseId(person),
        user_id: firebaseId(person),
        auth_time: NOW_SECONDS - 90 * DAY_SECONDS,
        email: tokenAddressOf(person),
        email_verified: person.isProven,
        firebase: { identities: { email: [tokenAddressOf(person)] }, sign_in_provider: 'password' },
      }),
    },
    refresh: {
      isCall: at('https://securetoken.googleapis.com/v1/token?key=key'),
      tokenOf: formMember('refresh_token'),
      answerOf: (id_token) => ({ id_token, access_token: id_token, refresh_token: 'next', expires_in: '3600' }),
      refusal: { error: { code: 400, message: 'INVALID_REFRESH_TOKEN' } },
    },
    answer: ({ url }) =>
      url.startsWith('https://www.googleapis.com/service_accounts/v1/jwk/securetoken') ? answerKeys() : undefined,
    exportOf: firebaseExport,
    idOf: firebaseId,
  })
}

export function supabase(): LegacySystem {
  const { signer, answerKeys } = published('ES256')
  const iss = 'https://lumenref.supabase.co/auth/v1'
  return system({
    name: 'supabase',
    title: 'Supabase',
    config: {
      ...{ mode: 'jwt', preset: 'supabase', issuer: iss, audience: 'authenticated' },
      ...{ refresh: { api_key: 'anon' }, ...GRACE },
    },
    kind: {
      lifeSeconds: 3_600,
      signer,
      claimsOf: (person) => ({
        iss,
        aud: 'authenticated',
        sub: supabaseId(person),
        session_id: `s-${person.n}`,
        email: tokenAddressOf(person),
        app_metadata: { provider: 'email' },
        role: 'authenticated',
        is_anonymous: false,
      }),
    },
    refresh: {
      isCall: at(`${iss}/token?grant_type=refresh_token`),
      tokenOf: (body) => (JSON.parse(body) as { refresh_token?: string }).refresh_token,
      answerOf: (access_token) => ({ access_token, refresh_token: 'next', token_type: 'bearer', expires_in: 3_600 }),
      refusal: { code: 'refresh_token_already_used', message: 'Already Used' },
    },
    answer: ({ url }) => (url === `${iss}/.well-known/jwks.json` ? answerKeys() : undefined),
    exportOf: supabaseExport,
    idOf: supabaseId,
  })
}

export function cognito(): LegacySystem {
  const { signer, answerKeys } = published('RS256')
  const host = 'https://cognito-idp.eu-west-1.amazonaws.com'
  const iss = `${host}/eu-west-1_Lumen`
  return system({
    name: 'cognito',
    title: 'Cognito',
    givesHashes: false,
    config: { mode: 'jwt', preset: 'cognito', issuer: iss, audience: 'web', refresh: { client_id: 'web' }, ...GRACE },
    kind: {
      lifeSeconds: 3_600,
      signer,
      claimsOf: (person) => ({
        iss,
        aud: 'web',
        sub: cognitoId(person),
        token_use: 'id',
        'cognito:username': cognitoId(person),
        origin_jti: `o-${person.n}`,
        email: tokenAddressOf(person),
        email_verified: person.isProven,
      }),
    },
    refresh: {
      isCall: at(`${host}/`),
      tokenOf: (body) => (JSON.parse(body) as { RefreshToken?: string }).RefreshToken,
      answerOf: (IdToken) => ({ AuthenticationResult: { IdToken, ExpiresIn: 3_600, TokenType: 'Bearer' } }),
      refusal: { __type: 'NotAuthorizedException', message: 'Refresh Token has been revoked' },
    },
    answer: ({ url }) => (url === `${iss}/.well-known/jwks.json` ? answerKeys() : undefined),
    exportOf: cognitoExport,
    idOf: cognitoId,
  })
}

/** A shop's own system: bcrypt in a table, JWTs by a shared secret. */
export function homeMade(): LegacySystem {
  const secret = 'the-secret-of-the-shop-which-is-long-enough'
  const iss = 'https://shop.lumen.example'
  const signer: Signer = {
    header: { alg: 'HS256', typ: 'JWT' },
    sign: (text) => createHmac('sha256', secret).update(text).digest(),
  }
  return system({
    name: 'csv',
    title: 'a home-made system',
    config: {
      ...{ mode: 'jwt', preset: 'custom', issuer: iss, audience: 'shop', secret },
      ...{ refresh: { client_id: 'shop', token_endpoint: `${iss}/token` }, ...GRACE },
    },
    kind: {
      lifeSeconds: 3_600,
      signer,
      claimsOf: (person) => ({
        iss,
        aud: 'shop',
        sub: homeId(person),
        jti: `j-${person.n}`,
        email: tokenAddressOf(person),
        email_verified: person.isProven,
      }),
    },
    refresh: {
      isCall: at(`${iss}/token`),
      tokenOf: formMember('refresh_token'),
      answerOf: (access_token) => ({ access_token, token_type: 'Bearer', refresh_token: 'next' }),
      refusal: { error: 'invalid_grant' },
    },
    answer: () => undefined,
    exportOf: homeExport,
    idOf: homeId,
  })
}

export const SYSTEMS: readonly (() => LegacySystem)[] = [auth0, clerk, firebase, supabase, cognito, homeMade]
