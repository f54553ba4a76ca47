import type { JwtConfig } from './config.ts'

type Preset = JwtConfig['preset']

/** How a legacy system writes itself as `iss`. */
interface IssuerForm {
  readonly example: string
  readonly endsInSlash?: boolean
  /** Whether tokens can come from here. `host` is lower-case, `path` without slash at its end. */
  matches(host: string, path: string): boolean
}

const forms: Readonly<Partial<Record<Preset, IssuerForm>>> = {
  auth0: { example: 'https://tenant.region.auth0.com/', endsInSlash: true, matches: (_, path) => path === '' },
  clerk: { example: 'https://clerk.your-domain.com', matches: () => true },
  firebase: {
    example: 'https://securetoken.google.com/project-id',
    matches: (host, path) =>
      /^\/[^/]+$/.test(path) && (host === 'securetoken.google.com' || !/(^|\.)google\.com$/.test(host)),
  },
  supabase: {
    example: 'https://project-ref.supabase.co/auth/v1',
    matches: (host, path) => !/(^|\.)supabase\.(co|in)$/.test(host) || path === '/auth/v1',
  },
  cognito: { example: 'https://cognito-idp.region.amazonaws.com/region_pool', matches: isPool },
}

function isPool(host: string, path: string): boolean {
  const region = /^cognito-idp\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/.exec(host)?.[1]
  return region ? new RegExp(`^/${region}_[^/]+$`).test(path) : !/(^|\.)amazon(aws|cognito)\.com(\.cn)?$/.test(host)
}

/**
 * The issuer as tokens of this kind name it: with or without its slash, host in lower case. As it is written where that is not known, or cannot
 * be mended.
 */
export function issuerOf(preset: Preset, written: string): string {
  const form = forms[preset]
  const url = URL.parse(written)
  if (!form || !url || !isPlain(url)) return written
  return `${url.origin}${url.pathname.replace(/\/$/, '')}${form.endsInSlash ? '/' : ''}`
}

/** Why no token can have this issuer. At other domains than the vendor's, a stand-in of the customer's may answer. */
export function findIssuerProblem(
  { preset, issuer }: Pick<JwtConfig, 'preset' | 'issuer'>,
  protocols: readonly string[],
): string | undefined {
  if (issuer.trim() !== issuer) return 'has white space around it'
  const form = forms[preset]
  if (!form) return undefined
  const url = URL.parse(issuer)
  if (!url || !protocols.includes(url.protocol)) return `is no https URL; tokens of this preset have ${form.example}`
  const isKnown = isPlain(url) && form.matches(url.hostname, url.pathname.replace(/\/$/, ''))
  return isKnown ? undefined : `is none of this preset’s, whose tokens have ${form.example}`
}

const isPlain = ({ username, password, search, hash, pathname }: URL) =>
  username === '' && password === '' && search === '' && hash === '' && !pathname.includes('//')

/** Where an issuer publishes its keys, unless it says otherwise. */
export const wellKnownKeys = (issuer: string) => `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`
