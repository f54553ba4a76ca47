import { decodeJwt } from '../crypto/jwt.ts'
import type { FastifyInstance } from '../platform/http.ts'

/** What is seen of a call of the frontend API from a page. */
export interface Answered {
  /** `https://localhost:5173` */
  readonly origin: string | undefined
  /** What the page was allowed: its origin, or nothing. */
  readonly allowedOrigin: unknown
  /** The header of that name, which browsers send: `cross-site`. */
  readonly fetchSite: unknown
  /** Where the call was sent: `localhost:8443`. */
  readonly authority: string
  /** Whether an application answers there. */
  readonly isServed: boolean
  readonly path: string
  readonly status: number
  /** Whether it named the login under way, by cookie or header. */
  readonly namesLogin: boolean
  /** Of the failure. */
  readonly code: string | undefined
  /** Where its DPoP proof says that it was sent. */
  readonly htu: unknown
}

const GUIDE = 'docs/guide/troubleshooting.md'
const NEEDS_LOGIN = /^\/v1\/session\/(login\/)?otp\/(check|retry)$/

/** What to tell a developer of an answer whose cause their page cannot know. */
export function hintOf(it: Answered): string | undefined {
  if (it.origin !== undefined && it.allowedOrigin === undefined) return refused(it.origin, it)
  const isStranger = it.status === 401 && !it.namesLogin && NEEDS_LOGIN.test(it.path)
  if (it.origin !== undefined && isStranger && it.fetchSite === 'cross-site') {
    return `${it.origin} is on another site than https://${it.authority}, so the browser withheld the cookie of the login. Serve the page by https on the same site, or set sessions.cookie_same_site to none. ${GUIDE}#a-right-code-is-refused`
  }
  const meant = it.code === 'invalid_dpop_proof' && typeof it.htu === 'string' ? URL.parse(it.htu)?.host : undefined
  if (meant !== undefined && meant !== it.authority) {
    return `A DPoP proof is for ${meant}, but the call came to ${it.authority}: a proxy must pass Host unchanged, or ${meant} must be a public origin of the application. ${GUIDE}#the-dpop-proof-is-not-valid`
  }
  return undefined
}

/** `null` is the origin of a file, a sandboxed frame, and of whatever a company's login or a provider posts: no list takes it. */
function refused(origin: string, { authority, isServed }: Answered): string | undefined {
  if (origin === 'null') return undefined
  if (!isServed)
    return `${origin} called ${authority}, where no application answers: see the domain that the SDK was given. ${GUIDE}#failed-to-fetch`
  return `${origin} may not call ${authority}: it is not on the list allowed_origins of the application. PATCH /v2/session/apps/{appID} {"allowed_origins": ["${origin}"]} lets it in, and whoever else is named there: the list is replaced whole. ${GUIDE}#failed-to-fetch`
}

const HINTS_REMEMBERED = 200

/** Say each hint once. `isServed`: whether an application answers at a host. */
export function giveHints(
  server: FastifyInstance,
  say: (hint: string) => void,
  isServed: (authority: string) => Promise<boolean>,
): void {
  const said = new Set<string>()
  server.addHook('onSend', async (request, reply, payload) => {
    const { origin, cookie = '', dpop } = request.headers
    const [path = ''] = request.url.split('?', 1)
    if (!path.startsWith('/v1/')) return
    const hint = hintOf({
      origin,
      allowedOrigin: reply.getHeader('access-control-allow-origin'),
      fetchSite: request.headers['sec-fetch-site'],
      authority: request.authority,
      isServed: await isServed(request.authority),
      path,
      status: reply.statusCode,
      namesLogin: cookie.includes('__Host-verification-login_') || 'x-verification-token' in request.headers,
      code: codeOf(payload),
      htu: decodeJwt(String(dpop ?? ''))?.claims.htu,
    })
    if (hint === undefined || said.has(hint) || said.size >= HINTS_REMEMBERED) return
    said.add(hint)
    say(hint)
  })
}

const codeOf = (payload: unknown) => (typeof payload === 'string' ? /"code":"(\w+)"/.exec(payload)?.[1] : undefined)
