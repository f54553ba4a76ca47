import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { BANK_JWKS_PATH, type Bank, payment, TRANSFER_SCOPE } from './bank.ts'

const challenge_token = z.string().max(8_192)
const confirmBody = z.object({ challenge_token })
const transferBody = payment.extend({ challenge_token: challenge_token.optional() })
const BEARER = /^Bearer (\S+)$/i

/** RFC 9470 §3: the token is good, but this wants another proof of who the user is, and a scope to show for it. */
const CHALLENGE = `Bearer error="insufficient_user_authentication", error_description="approve this payment", scope="${TRANSFER_SCOPE}"`

/** The pretend bank: a resource server with a custom step of its own. */
export function serveBank(server: FastifyInstance, bank: Bank): void {
  server.get(BANK_JWKS_PATH, async () => ({ keys: [bank.jwk] }))

  server.post('/demo/bank/confirm', async (request, reply) => {
    const body = confirmBody.safeParse(request.body)
    const word = body.success && (await bank.confirm(body.data.challenge_token))
    return word ? { verification_token: word } : reply.code(400).send({ error: 'bad_challenge' })
  })
  server.post('/demo/bank/transfer', async (request, reply) => {
    const { success, data } = transferBody.safeParse(request.body)
    if (!success) return reply.code(400).send({ error: 'bad_payment' })
    const token = BEARER.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const outcome = await bank.transfer(token, payment.parse(data), data.challenge_token)
    if (outcome.kind === 'paid') return outcome.receipt
    const isStepUp = outcome.kind === 'step_up'
    return reply
      .code(isStepUp ? 403 : 401)
      .header('www-authenticate', isStepUp ? CHALLENGE : 'Bearer error="invalid_token"')
      .send({ error: isStepUp ? 'insufficient_user_authentication' : 'invalid_token' })
  })
}
