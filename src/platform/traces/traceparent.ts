import { createTraceState, type SpanContext, TraceFlags } from '@opentelemetry/api'

/** Version, trace, span, flags; a version that is to come may go on. https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const MOST_CHARS = 256
const NOWHERE = /^0+$/

/** The span that a header names; undefined for whatever is none. Anybody may have sent it. */
export function readTraceparent(header: unknown): SpanContext | undefined {
  if (typeof header !== 'string' || header.length > MOST_CHARS) return undefined
  const [, version = '', traceId = '', spanId = '', flags = '', more] = TRACEPARENT.exec(header) ?? []
  if (version === '' || version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (NOWHERE.test(traceId) || NOWHERE.test(spanId)) return undefined
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true }
}

export const writeTraceparent = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}`

const MOST_STATE_CHARS = 512

/** A span with what the systems before us have noted beside it; without, where that cannot be read. */
export function withTracestate(span: SpanContext, header: unknown): SpanContext {
  if (typeof header !== 'string' || header === '' || header.length > MOST_STATE_CHARS) return span
  return { ...span, traceState: createTraceState(header) }
}
