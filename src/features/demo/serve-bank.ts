import { z } from 'zod'
import type { Deps } from '../../platform/deps.ts'
import type { FastifyInstance } from '../../platform/http.ts'
import { BANK_JWKS_PATH, bankKey, confirmPayment, payment, TRANSFER_SCOPE, transfer } from './bank.ts'

const confirmBody = z.object({ challenge_token: z.string().max(8_192) })
const BEARER = /^Bearer (\S+)$/i

/** RFC 9470 §3: the token is good, but this wants another proof of who the user is, and a scope to show for it. */
const CHALLENGE = `Bearer error="insufficient_user_authentication", error_description="approve this payment", scope="${TRANSFER_SCOPE}"`

/** The pretend bank: a resource server with a custom step of its own. */
export async function serveBank(server: FastifyInstance, deps: Deps, antiphon: () => string): Promise<void> {
  const { jwk } = await bankKey(deps)
  server.get(BANK_JWKS_PATH, async () => ({ keys: [jwk] }))

  server.post('/demo/bank/confirm', async (request, reply) => {
    const body = confirmBody.safeParse(request.body)
    const word = body.success && (await confirmPayment(deps, antiphon(), body.data.challenge_token))
    return word ? { verification_token: word } : reply.code(400).send({ error: 'bad_challenge' })
  })
  server.post('/demo/bank/transfer', async (request, reply) => {
    const wanted = payment.safeParse(request.body)
    if (!wanted.success) return reply.code(400).send({ error: 'bad_payment' })
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const outcome = await transfer(deps, antiphon(), token, wanted.data)
    if (outcome.kind === 'paid') return outcome.receipt
    const isStepUp = outcome.kind === 'step_up'
    return reply
      .code(401)
      .header('www-authenticate', isStepUp ? CHALLENGE : 'Bearer error="invalid_token"')
      .send({ error: isStepUp ? 'insufficient_user_authentication' : 'invalid_token' })
  })
}
