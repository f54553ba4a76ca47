import { issueNonce, normaliseHtu, type ProofInput, verifyProof } from '../../crypto/dpop.ts'
import type { Deps } from '../../platform/deps.ts'
import { type Access, type HttpRequest, Refused } from '../../platform/endpoint.ts'
import { keyed } from '../../platform/key-set.ts'
import { type Application, originsOf } from '../applications/application.ts'
import { accessFailure, dpopChallenge } from './failures.ts'
import { applicationOf } from './open.ts'

/** A DPoP proof that held. */
export interface Proof {
  /** Of the key. RFC 7638. */
  readonly thumbprint: string
  /** Its `iat`, Unix ms by the client’s clock. */
  readonly issuedAt: number
  /** To be sent as `DPoP-Nonce` with the answer. */
  readonly nonce: string
}

/** `ignored` for calls that must not fail over a clock or a stale nonce. */
export type Freshness = 'required' | 'ignored'

const nonceKeys = keyed('dpop-nonce')

/** The proof of a request: undefined when it carries none. One that is there must hold. RFC 9449 §4.3. */
export const readProof = (
  request: HttpRequest,
  app: Application,
  deps: Deps,
  freshness: Freshness,
  accessToken?: string,
): Proof | Refused | undefined =>
  verify(request, app, deps, { freshness, ...(accessToken !== undefined && { accessToken }) })

/** A proof that repeats the `jti` of the challenge in the request. It lives as long as the challenge does: no nonce is asked for. */
export const readChallengeProof = (request: HttpRequest, app: Application, deps: Deps, jti: string) =>
  verify(request, app, deps, { freshness: 'ignored', expectedJti: jti })

function verify(
  request: HttpRequest,
  app: Application,
  deps: Deps,
  demands: Pick<ProofInput, 'freshness' | 'accessToken' | 'expectedJti'>,
): Proof | Refused | undefined {
  const proof = request.headers.dpop
  if (proof === undefined) return undefined
  const now = deps.now()
  const outcome = verifyProof({
    proof: String(proof),
    method: request.method,
    urls: urlsOf(app, deps, request),
    now,
    nonceKeys: nonceKeys.each(deps),
    ...demands,
  })
  const nonce = issueNonce(nonceKeys.issuing(deps).key, now)
  if (outcome.kind === 'valid') return { thumbprint: outcome.thumbprint, issuedAt: outcome.issuedAt, nonce }
  if (outcome.kind === 'nonce_required') return new Refused(dpopChallenge.use_dpop_nonce, nonceChallenge(nonce))
  return new Refused(accessFailure.invalid_dpop_proof)
}

const nonceChallenge = (nonce: string) => ({ 'dpop-nonce': nonce, 'www-authenticate': 'DPoP error="use_dpop_nonce"' })

const pathOf = ({ url }: HttpRequest) => {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}

const urls = new WeakMap<Application, Map<string, readonly string[]>>()
const URLS_REMEMBERED = 200

/** The URLs under which the client may have dialled a request, normalised. */
function urlsOf(app: Application, deps: Deps, request: HttpRequest): readonly string[] {
  let known = urls.get(app)
  if (!known) {
    known = new Map()
    urls.set(app, known)
  }
  const path = pathOf(request)
  const key = `${request.authority} ${path}`
  let list = known.get(key)
  if (!list) {
    list = originsOf(app, deps.config, request.authority).flatMap((origin) => normaliseHtu(origin + path) ?? [])
    if (known.size < URLS_REMEMBERED) known.set(key, list)
  }
  return list
}

/** Anybody; a DPoP proof, if sent, must hold, and names the key to bind to. */
export const openWithProof: Access<{ app: Application; proof: Proof | undefined }> = {
  name: 'openWithProof',
  failures: [accessFailure.invalid_dpop_proof],
  challenges: [dpopChallenge.use_dpop_nonce],
  security: [{}, { dpop: [] }],
  async resolve(request, _params, deps) {
    const app = await applicationOf(request, deps)
    if (app instanceof Refused) return app
    const proof = readProof(request, app, deps, 'required')
    return proof instanceof Refused ? proof : { app, proof }
  },
}
