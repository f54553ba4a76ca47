import type { z } from 'zod'
import { encode } from '../../crypto/base64url.ts'
import { equalText, sha256 } from '../../crypto/hash.ts'
import type { AssertionResponse, AttestationResponse } from '../../crypto/webauthn-response.ts'
import type { Deps } from '../../platform/deps.ts'
import { REPEAT_MS } from '../challenges/finalization.ts'
import { findConsumedPasskeyToken } from './store/tokens.ts'
import type { LoginTokenClaims } from './token.ts'

/** What stands for an authenticator's answer: whoever sends the very same again has lost ours. */
export const hashOfAnswer = ({ response }: AssertionResponse | AttestationResponse): string =>
  encode(
    sha256(
      'signature' in response
        ? [response.clientDataJSON, response.authenticatorData, response.signature].join('.')
        : [response.clientDataJSON, response.attestationObject].join('.'),
    ),
  )

export type Consumed<T> =
  | { readonly kind: 'repeated'; readonly outcome: T; readonly at: number }
  | { readonly kind: 'reused' }

/** What came of a token that was used: for whoever repeats the same answer within a minute the same again. Undefined when it was not used. */
export async function findConsumed<S extends z.ZodType>(
  deps: Deps,
  appId: string,
  { jti }: Pick<LoginTokenClaims, 'jti'>,
  answerHash: string,
  shape: S,
): Promise<Consumed<z.output<S>> | undefined> {
  const row = await findConsumedPasskeyToken(deps.db, appId, jti)
  if (!row) return undefined
  const isRepeat = equalText(row.answer_hash, answerHash) && deps.now() - row.consumed_at < REPEAT_MS
  const outcome = isRepeat ? shape.safeParse(JSON.parse(row.outcome)) : undefined
  return outcome?.success ? { kind: 'repeated', outcome: outcome.data, at: row.consumed_at } : { kind: 'reused' }
}

/** The row of a token that is used now. */
export const consumedRow = (
  deps: Deps,
  appId: string,
  { jti, expires_at }: Pick<LoginTokenClaims, 'jti' | 'expires_at'>,
  answerHash: string,
  outcome: object,
) => ({
  app_id: appId,
  jti,
  answer_hash: answerHash,
  outcome: JSON.stringify(outcome),
  consumed_at: deps.now(),
  expires_at,
})
