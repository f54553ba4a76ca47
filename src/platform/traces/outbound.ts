import { SpanKind, type Tracer, trace } from '@opentelemetry/api'
import type { OutboundOutcome, OutboundRequest, SafeFetch } from '../safe-fetch.ts'
import { inSpan, markFailed } from './span.ts'
import { writeTraceparent } from './traceparent.ts'

/** Outbound calls that are spans: of the URL they have the host alone. Whoever carries the trace on is told it, also that nothing is kept of it. */
export const tracedFetch =
  (tracer: Tracer, fetch: SafeFetch): SafeFetch =>
  (request) =>
    trace.getActiveSpan()
      ? inSpan(tracer, request.method, { kind: SpanKind.CLIENT, attributes: attributesOf(request) }, async (span) => {
          const { carriesTrace, headers } = request
          const traceparent = writeTraceparent(span.spanContext())
          const outcome = await fetch(carriesTrace ? { ...request, headers: { ...headers, traceparent } } : request)
          if (outcome.kind === 'answered') span.setAttribute('http.response.status_code', outcome.status)
          const fault = faultOf(outcome)
          if (fault !== undefined) markFailed(span, fault)
          return outcome
        })
      : fetch(request)

function attributesOf({ method, url }: OutboundRequest) {
  const parsed = URL.parse(url)
  const port = Number(parsed?.port || (parsed?.protocol === 'http:' ? 80 : 443))
  return {
    'http.request.method': method,
    ...(parsed && { 'server.address': parsed.hostname, 'server.port': port }),
  }
}

/** https://opentelemetry.io/docs/specs/semconv/http/http-spans/#status */
function faultOf(outcome: OutboundOutcome): string | undefined {
  if (outcome.kind === 'failed') return outcome.reason
  return outcome.status >= 400 ? String(outcome.status) : undefined
}
