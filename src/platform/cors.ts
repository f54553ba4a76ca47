const PREFLIGHT_MAX_AGE_SECONDS = 600
const ALLOWED_HEADERS =
  'content-type, accept, authorization, dpop, x-refresh-token, x-sdk-user-agent, x-verification-token, x-device-id, user-agent'
const EXPOSED_HEADERS =
  'DPoP-Nonce, X-Refresh-Token, X-Refresh-Token-Expires-At, X-Verification-Token, Date, Retry-After'

/** Nobody's page may read the answer. */
export const NO_CORS = { origin: false }

/** Any page may read the answer, and nobody's credentials come along: for what is published. */
export const PUBLIC_CORS = {
  origin: '*',
  strictPreflight: false,
  methods: 'GET',
  maxAge: PREFLIGHT_MAX_AGE_SECONDS,
}

/** Pages of one origin may call with credentials and read what they need. */
export const corsFor = (origin: string) => ({
  origin,
  strictPreflight: false,
  credentials: true,
  methods: 'GET, POST, PUT, PATCH, DELETE',
  allowedHeaders: ALLOWED_HEADERS,
  exposedHeaders: EXPOSED_HEADERS,
  maxAge: PREFLIGHT_MAX_AGE_SECONDS,
})

/** Key sets and metadata, which verifiers on any site read. RFC 8615. */
export const isPublished = (url: string): boolean => url.startsWith('/.well-known/')
