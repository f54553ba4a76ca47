import { z } from 'zod'
import { encode } from '../../crypto/base64url.ts'
import { decodeJson } from '../../crypto/json.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import { sealing } from '../../platform/key-set.ts'

export const COMPANY_LIFETIME_MS = 600_000
const STATE_BYTES = 32
const box = sealing('operator-company')
const CONTEXT = 'attempt'

const shape = z.object({
  jti: z.string(),
  state: z.string(),
  /** Whose answer it waits for: another one may be configured by then. */
  issuer: z.string(),
  binding: z.object({ verifier: z.string(), nonce: z.string(), callbackUrl: z.string() }),
  /** The session that its browser had: no cookie says so when it comes back. */
  previous: z.object({ operator_id: z.string(), hash: z.string() }).optional(),
  /** Unix ms. */
  expiresAt: z.number(),
})

/** By what the answer of the company's provider will be judged. It is in a cookie of its browser; there is no row before it ends. */
export type CompanyAttempt = z.output<typeof shape>

export const newCompanyAttempt = (
  deps: Deps,
  given: Pick<CompanyAttempt, 'issuer' | 'binding' | 'previous'>,
): CompanyAttempt => ({
  jti: newId('opc', deps),
  state: encode(deps.random(STATE_BYTES)),
  ...given,
  expiresAt: deps.now() + COMPANY_LIFETIME_MS,
})

export const sealCompanyAttempt = (deps: Deps, attempt: CompanyAttempt): string =>
  box.seal(deps, CONTEXT, JSON.stringify(attempt))

/** Undefined when it is none, or has expired. */
export function openCompanyAttempt(deps: Deps, sealed: string): CompanyAttempt | undefined {
  const opened = box.open(deps, CONTEXT, sealed)
  const { data } = shape.safeParse(opened && decodeJson(opened))
  return data && data.expiresAt > deps.now() ? data : undefined
}
