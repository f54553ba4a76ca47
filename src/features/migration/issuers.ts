import type { JwtConfig } from './config.ts'

type Preset = JwtConfig['preset']

/** How a legacy system writes itself as `iss`. */
interface IssuerForm {
  readonly example: string
  readonly endsInSlash?: boolean
  /** Whether it may be no URL at all. */
  readonly isName?: RegExp
  /** Whether tokens can come from here. `host` is lower-case, `path` without slash at its end. */
  matches(host: string, path: string): boolean
}

const anywhere = () => true

const forms: Readonly<Partial<Record<Preset, IssuerForm>>> = {
  auth0: { example: 'https://tenant.region.auth0.com/', endsInSlash: true, matches: (_, path) => path === '' },
  'better-auth': { example: 'https://app.your-domain.com', matches: anywhere },
  clerk: { example: 'https://clerk.your-domain.com', matches: anywhere },
  firebase: { example: 'https://securetoken.google.com/project-id', matches: isProject },
  supabase: {
    example: 'https://project-ref.supabase.co/auth/v1',
    matches: (host, path) => !/(^|\.)supabase\.(co|in)$/.test(host) || path === '/auth/v1',
  },
  cognito: { example: 'https://cognito-idp.region.amazonaws.com/region_pool', matches: isPool },
  descope: { example: 'project-id', isName: /^P[\w-]+$/, matches: (_, path) => /\/[^/]+$/.test(path) },
  keycloak: { example: 'https://id.your-domain.com/realms/realm', matches: (_, path) => /\/realms\/[^/]+$/.test(path) },
  okta: {
    example: 'https://org.okta.com/oauth2/server-id',
    matches: (host, path) => !/(^|\.)okta(preview|-emea)?\.com$/.test(host) || /^(\/oauth2\/[^/]+)?$/.test(path),
  },
  stytch: { example: 'stytch.com/project-id', isName: /^stytch\.com\/project-[\w-]+$/, matches: anywhere },
  supertokens: { example: 'https://api.your-domain.com/auth', matches: anywhere },
}

/** ID tokens and session cookies come from hosts of their own. */
function isProject(host: string, path: string): boolean {
  const isGoogles = /(^|\.)google\.com$/.test(host)
  return /^\/[^/]+$/.test(path) && (!isGoogles || ['securetoken.google.com', FIREBASE_SESSIONS].includes(host))
}

/** Where session cookies of Firebase say that they come from. */
export const FIREBASE_SESSIONS = 'session.firebase.google.com'

function isPool(host: string, path: string): boolean {
  const region = /^(?:issuer-)?cognito-idp\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/.exec(host)?.[1]
  return region ? new RegExp(`^/${region}_[^/]+$`).test(path) : !/(^|\.)amazon(aws|cognito)\.com(\.cn)?$/.test(host)
}

/**
 * The issuer as tokens of this kind name it: with or without its slash, host in lower case. As it is written where that is not known, or cannot
 * be mended.
 */
export function issuerOf(preset: Preset, written: string): string {
  const form = forms[preset]
  if (form?.isName?.test(written)) return written
  const url = URL.parse(written)
  if (!form || !url || !isPlain(url)) return written
  return `${url.origin}${url.pathname.replace(/\/$/, '')}${form.endsInSlash ? '/' : ''}`
}

/** The issuers that a configuration names, as its tokens do. A project of Descope is named by its id, and in newer tokens by a URL. */
export function issuersOf({ preset, issuer = [] }: Pick<JwtConfig, 'preset' | 'issuer'>): readonly string[] {
  const issuers = [issuer].flat().map((written) => issuerOf(preset, written))
  const urls = preset === 'descope' ? issuers.filter((one) => !URL.canParse(one)).map((id) => `${DESCOPE}/${id}`) : []
  return [...new Set([...issuers, ...urls])]
}

const DESCOPE = 'https://api.descope.com'

/** Why no token can have this issuer. At other domains than the vendor's, a stand-in of the customer's may answer. */
export function findIssuerProblem(
  { preset, issuer }: { readonly preset: Preset; readonly issuer: string },
  protocols: readonly string[],
): string | undefined {
  if (issuer.trim() !== issuer) return 'has white space around it'
  const form = forms[preset]
  if (!form || form.isName?.test(issuer)) return undefined
  const url = URL.parse(issuer)
  if (!url || !protocols.includes(url.protocol)) return `is no https URL; tokens of this preset have ${form.example}`
  const isKnown = isPlain(url) && form.matches(url.hostname, url.pathname.replace(/\/$/, ''))
  return isKnown ? undefined : `is none of this preset’s, whose tokens have ${form.example}`
}

const isPlain = ({ username, password, search, hash, pathname }: URL) =>
  username === '' && password === '' && search === '' && hash === '' && !pathname.includes('//')

/** Where an issuer publishes its keys, unless it says otherwise. */
export const wellKnownKeys = (issuer: string) => `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`
