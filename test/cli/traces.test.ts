import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { freshDatabase } from '../world.ts'
import { serving, temporaryFolder } from './antiphon.ts'

interface SentSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly scope: string
  readonly service: string | undefined
}

/** Somebody who takes traces by OTLP, as JSON. */
async function collector() {
  const spans: SentSpan[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    assert.equal(request.url, '/v1/traces')
    for (const { resource, scopeSpans } of JSON.parse(Buffer.concat(chunks).toString()).resourceSpans) {
      const named = resource.attributes.find(({ key }: { key: string }) => key === 'service.name')
      for (const { scope, spans: sent } of scopeSpans)
        for (const span of sent) spans.push({ ...span, scope: scope.name, service: named?.value.stringValue })
    }
    response.setHeader('content-type', 'application/json').end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => server.close())
  return { spans, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const root = join(import.meta.dirname, '../..')
const GUIDES_FILE = pathToFileURL(join(root, 'ops/otel.mjs'))

test('the SDK, loaded by --import, records the server and sends everything by OTLP, also what was recorded last', async () => {
  const { spans, url } = await collector()
  const server = await serving({
    ANTIPHON_DATABASE_URL: await freshDatabase('sqlite'),
    NODE_OPTIONS: `--import ${GUIDES_FILE}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  })
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const answer = await fetch(`${server.address}/v1/nothing`, { headers: { traceparent } })
  assert.equal(answer.status, 404)
  assert.equal(await server.stop(), 0)
  const request = spans.find(({ name }) => name === 'GET')
  assert.ok(request, server.stderr())
  assert.deepEqual([request.scope, request.service, request.parentSpanId], ['antiphon', 'antiphon', undefined])
  const line =
    server
      .stdout()
      .split('\n')
      .find((one) => one.includes('"msg":"answered"')) ?? ''
  assert.equal(JSON.parse(line).trace_id, request.traceId)
  const job = spans.find(({ name }) => name.startsWith('job '))
  assert.ok(job, 'jobs that come round are recorded, too')
  assert.ok(spans.some(({ name, parentSpanId }) => name === 'transaction' && parentSpanId === job.spanId))
})

test('who takes traces and does not answer holds up nobody: the process ends in time', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  after(() => silent.close().closeAllConnections())
  const server = await serving({
    ANTIPHON_DATABASE_URL: await freshDatabase('sqlite'),
    NODE_OPTIONS: `--import ${GUIDES_FILE}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
  })
  assert.equal((await fetch(`${server.address}/v1/nothing`)).status, 404)
  assert.equal(await server.stop(), 0, server.stdout())
})

test('the guide installs the SDK that is tested here, and shows the file that loads it', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const guide = readFileSync(join(root, 'docs/guide/traces.md'), 'utf8')
  assert.ok(guide.includes(`\`\`\`js\n${readFileSync(GUIDES_FILE, 'utf8')}\`\`\`\n`))
  assert.ok(guide.includes(`@opentelemetry/sdk-node@${devDependencies['@opentelemetry/sdk-node']}\n`))
})

test('an SDK that is too old is said in the log, and changes nothing', async () => {
  const old = join(temporaryFolder(), 'old.mjs')
  writeFileSync(old, "globalThis[Symbol.for('opentelemetry.js.api.1')] = { version: '1.9.1', trace: {} }")
  const server = await serving({
    ANTIPHON_DATABASE_URL: await freshDatabase('sqlite'),
    NODE_OPTIONS: `--import ${pathToFileURL(old)}`,
  })
  assert.equal((await fetch(`${server.address}/v1/nothing`)).status, 404)
  assert.equal(await server.stop(), 0)
  const [line] = server
    .stdout()
    .split('\n')
    .filter((one) => one.includes('OpenTelemetry'))
  assert.deepEqual([JSON.parse(line ?? '{}').api, JSON.parse(line ?? '{}').level], ['1.9.1', 'warn'])
})
