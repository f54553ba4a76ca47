import type { FastifyReply, FastifyRequest } from 'fastify'
import { setCookie } from './answer-cookie.ts'
import { type Refusal, statusOf, universal } from './failure.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether a browser navigates to the route: it is told of a failure by a page. */
    isNavigated?: boolean
  }
}

const RETRY_AFTER_SECONDS = 5

/** What is answered when there is more work than the server takes on. */
export const overloaded: Refusal = {
  failure: universal.overloaded,
  headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
}

/** Whether a path belongs to the management API or to the console, which have an envelope of their own and are not for pages of others. */
export const isManagement = (url: string): boolean => url.startsWith('/v2/') || url.startsWith('/console/')

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

/** An error of the management API. */
export const managementError = ({ failure, message = failure.message }: Refusal) => ({
  code: failure.code,
  status: failure.family,
  message,
})

/** Answer with a refusal, in the envelope of the API that was called. */
export function refuse(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { failure, headers, cookies = [], status = statusOf[failure.family] } = refusal
  request.refusedBy = failure.code
  reply.code(status).headers({ 'cache-control': 'no-store', ...headers })
  for (const cookie of cookies) setCookie(reply, cookie)
  if (isForBrowser(request)) return reply.type('text/html; charset=utf-8').send(pageOf(failure.message, request.id))
  return reply.send(isManagement(request.url) ? managementError(refusal) : frontendError(refusal, request.id))
}

const isForBrowser = ({ routeOptions, headers }: FastifyRequest): boolean =>
  routeOptions.config.isNavigated === true && /(^|,) *text\/html\b/i.test(headers.accept ?? '')

/** Holds our own words alone, so that nothing in it needs to be escaped. */
const pageOf = (message: string, requestId: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Login failed</title>
<h1>This login cannot go on</h1><p>${message}</p><p>Go back to the app and start again. <small>${requestId}</small></p></html>
`
