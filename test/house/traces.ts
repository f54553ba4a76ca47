import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Recorder } from '../../src/platform/traces/tracer.ts'
import { type EngineName, type World, world } from '../world.ts'

// What follows work from one callback to the next is one for the process; worlds without a recorder never ask it.
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())

/** What a world recorded. */
export interface Recorded {
  readonly recorder: Recorder
  /** Spans that have ended, in the order of their ends. */
  spans(): readonly ReadableSpan[]
  /** Forget them. */
  forget(): void
}

/** An SDK of a world's own. */
export function recorded(): Recorded {
  const exporter = new InMemorySpanExporter()
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
  return {
    recorder: { tracer: provider.getTracer('antiphon'), flush: () => provider.forceFlush() },
    spans: () => exporter.getFinishedSpans(),
    forget: () => exporter.reset(),
  }
}

/** A world that records. */
export async function tracedWorld(engine: EngineName, options: Parameters<typeof world>[1] = {}) {
  const traces = recorded()
  const w: World = await world(engine, { ...options, recorder: traces.recorder })
  return { w, ...traces }
}

/** Everything that a span tells, as text. */
export const textOf = ({ name, attributes, events, links, status }: ReadableSpan): string =>
  JSON.stringify({
    name,
    attributes,
    events: events.map(({ name, attributes }) => ({ name, attributes })),
    links,
    status,
  })

/** The span that another one is part of. */
export const parentOf = (span: ReadableSpan, spans: readonly ReadableSpan[]): ReadableSpan | undefined =>
  spans.find((one) => one.spanContext().spanId === span.parentSpanContext?.spanId)
