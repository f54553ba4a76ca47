import {
  type Context,
  context,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'

/** Whether something is being recorded here, so that there is something to add to. */
export const isRecorded = (): boolean => trace.getActiveSpan()?.isRecording() === true

/** Do some work inside a span. What it throws is told by its kind alone: messages repeat values. */
export async function inSpan<T>(
  tracer: Tracer,
  name: string,
  options: SpanOptions,
  work: (span: Span) => Promise<T>,
  parent: Context = context.active(),
): Promise<T> {
  const span = tracer.startSpan(name, options, parent)
  try {
    return await context.with(trace.setSpan(parent, span), work, undefined, span)
  } catch (thrown) {
    markFailed(span, thrown instanceof Error ? thrown.name : 'thrown')
    throw thrown
  } finally {
    span.end()
  }
}

/** `kind`: a word of ours, or the name of an error. */
export function markFailed(span: Span, kind: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR })
  span.setAttribute('error.type', kind)
}

/** By which the trace is found that a span is part of. */
export const traceIdOf = (at: Context): string | undefined => trace.getSpanContext(at)?.traceId
