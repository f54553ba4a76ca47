// Records traces and sends them by OTLP: node --import ./otel.mjs antiphon.js serve. See docs/guide/traces.md.
// It lies in a folder where @opentelemetry/sdk-node is installed. Everything else is told by the variables of OpenTelemetry:
// https://opentelemetry.io/docs/languages/sdk-configuration/
import { isMainThread } from 'node:worker_threads'

// Node loads it in the threads that hash passwords, too, where there is nothing to record.
if (isMainThread) {
  process.env.OTEL_SERVICE_NAME ??= 'antiphon'
  // The server tells Prometheus its metrics, and standard output its log.
  process.env.OTEL_METRICS_EXPORTER ??= 'none'
  process.env.OTEL_LOGS_EXPORTER ??= 'none'
  const { NodeSDK } = await import('@opentelemetry/sdk-node')
  new NodeSDK({ instrumentations: [] }).start()
}
