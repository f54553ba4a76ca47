import { type Context, context, ROOT_CONTEXT, SpanKind, type SpanOptions, type Tracer, trace } from '@opentelemetry/api'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Deps } from '../deps.ts'
import { operationOf } from '../request-log.ts'
import { markFailed } from './span.ts'
import { readTraceparent, withTracestate } from './traceparent.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Where what is done for it is recorded; undefined where nothing is. */
    trace: Context | undefined
  }
}

/** Make a span of every request of the API. Who asked, and what for, is not in it: of the path there is the form alone. */
export function traceRequests(server: FastifyInstance, { recorder, config }: Deps): void {
  if (!recorder) return
  server.decorateRequest('trace', undefined)
  server.addHook('onRequest', (request, reply, done) => {
    const operation = operationOf(request)
    if (operation !== undefined) begin(recorder.tracer, operation, request, reply, config.trustTraceparent)
    done()
  })
}

function begin(tracer: Tracer, operation: string, request: FastifyRequest, reply: FastifyReply, isTrusted: boolean) {
  const { method, is404, headers } = request
  const route = is404 ? undefined : request.routeOptions.url
  const theirs = readTraceparent(headers.traceparent)
  const options: SpanOptions = {
    kind: SpanKind.SERVER,
    attributes: {
      'http.request.method': method,
      ...(route !== undefined && { 'http.route': route }),
      'antiphon.operation': operation,
      'antiphon.request_id': request.id,
    },
    // A stranger decides neither what is kept, nor in which trace it is: theirs is only named.
    ...(theirs && !isTrusted && { links: [{ context: theirs }] }),
  }
  const parent =
    theirs && isTrusted ? trace.setSpanContext(ROOT_CONTEXT, withTracestate(theirs, headers.tracestate)) : ROOT_CONTEXT
  const span = tracer.startSpan([method, route].filter(Boolean).join(' '), options, parent)
  request.trace = trace.setSpan(parent, span)
  // Also where the client has gone before it was answered.
  reply.raw.once('close', () => {
    const { statusCode } = reply
    span.setAttribute('http.response.status_code', statusCode)
    if (request.appId !== undefined) span.setAttribute('antiphon.app', request.appId)
    if (request.refusedBy !== undefined) span.setAttribute('antiphon.code', request.refusedBy)
    if (statusCode >= 500) markFailed(span, request.refusedBy ?? String(statusCode))
    span.end()
  })
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>

/** A handler whose work is recorded as part of its request; the same function where there is nothing to record with. */
export const withinTrace = ({ recorder }: Deps, handler: Handler): Handler =>
  recorder
    ? (request, reply) =>
        request.trace ? context.with(request.trace, handler, undefined, request, reply) : handler(request, reply)
    : handler
