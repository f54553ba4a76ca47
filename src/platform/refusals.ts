import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Refusal, statusOf, universal } from './failure.ts'

const RETRY_AFTER_SECONDS = 5

/** What is answered when there is more work than the server takes on. */
export const overloaded: Refusal = {
  failure: universal.overloaded,
  headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
}

/** Whether a path belongs to the management API, which has an envelope of its own and is not for pages. */
export const isManagement = (url: string): boolean => url.startsWith('/v2/')

/** The request matches nothing that we take. */
export function badRequest({ url }: Pick<FastifyRequest, 'url'>, extra: Omit<Refusal, 'failure'> = {}): Refusal {
  return { failure: isManagement(url) ? universal.invalid_request : universal.bad_request, ...extra }
}

/** An error of the frontend, as its clients read it. */
export const frontendError = ({ failure, message = failure.message }: Refusal, requestId: string) => ({
  code: failure.code,
  type: failure.family,
  message,
  request_id: requestId,
})

/** Answer with a refusal, in the envelope of the API that was called. */
export function refuse(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { failure, headers, message = failure.message, status = statusOf[failure.family] } = refusal
  return reply
    .code(status)
    .headers({ 'cache-control': 'no-store', ...headers })
    .send(
      isManagement(request.url)
        ? { code: failure.code, status: failure.family, message }
        : frontendError(refusal, request.id),
    )
}
