import { type Attributes, type Context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api'
import type { Deps } from '../deps.ts'
import { inSpan, markFailed } from './span.ts'
import { readTraceparent, writeTraceparent } from './traceparent.ts'

/** By what work that is done later is told which trace it belongs to; null where none is recorded. */
export function causeOf({ recorder }: Pick<Deps, 'recorder'>): string | null {
  const span = recorder && trace.getActiveSpan()?.spanContext()
  return span ? writeTraceparent(span) : null
}

/** Do later work inside a span of the trace of its cause. `fail`, with the kind of an error: it did not come off. */
export function inSpanOfCause<T>(
  { recorder }: Pick<Deps, 'recorder'>,
  cause: string | null,
  { name, attributes }: { readonly name: string; readonly attributes: Attributes },
  work: (fail: (kind: string) => void) => Promise<T>,
): Promise<T> {
  if (!recorder) return work(() => {})
  const options = { kind: SpanKind.CONSUMER, attributes }
  return inSpan(recorder.tracer, name, options, (span) => work((kind) => markFailed(span, kind)), after(cause))
}

function after(cause: string | null): Context {
  const span = readTraceparent(cause)
  return span ? trace.setSpanContext(ROOT_CONTEXT, span) : ROOT_CONTEXT
}
