import { type ProxyTracerProvider, type Tracer, type TracerProvider, trace } from '@opentelemetry/api'
import { pause } from '../clock.ts'

/** What records traces, where an SDK was loaded before the process's own code, by `--import`. */
export interface Recorder {
  readonly tracer: Tracer
  /** Send what was recorded and is not sent yet, as far as that goes within a second. Never throws. */
  flush(): Promise<void>
}

/** Undefined without an SDK: then nothing of what traces need is done. */
export function findRecorder(version: string): Recorder | undefined {
  const provider = trace.getTracerProvider() as Partial<ProxyTracerProvider>
  const tracer = provider.getDelegateTracer?.('antiphon', version)
  if (!tracer) return undefined
  const sdk = provider.getDelegate?.() as (TracerProvider & { forceFlush?(): Promise<void> }) | undefined
  // Whoever takes traces and does not answer must not hold up the end of the process.
  return { tracer, flush: async () => await Promise.race([sdk?.forceFlush?.().catch(() => {}), pause(FLUSH_MS)]) }
}

const FLUSH_MS = 1_000

/** Where every copy of the API looks for what an SDK registered. */
const REGISTERED = Symbol.for('opentelemetry.js.api.1')

/** The version of the API whose SDK is loaded, although nothing can be recorded with it: it is older than ours. */
export function findForeignApi(): string | undefined {
  const found = (globalThis as { [REGISTERED]?: { version?: string; trace?: unknown } })[REGISTERED]
  return found?.trace !== undefined ? String(found.version) : undefined
}
