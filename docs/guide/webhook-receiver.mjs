// A receiver of webhooks in one file: it checks what comes in by the kit, takes each event once, and answers at once.
// Run: NODE_EXTRA_CA_CERTS=.antiphon/localhost.crt node docs/guide/webhook-receiver.mjs
import { createServer } from 'node:http'
import { antiphonWebhook } from '../kit/node/antiphon-webhook.mjs'

const APP = process.env.ANTIPHON_APP_ID ?? 'guide'
const ANTIPHON = process.env.ANTIPHON ?? 'https://127.0.0.1:8443'
const KEYS = process.env.ANTIPHON_JWKS_URL ?? `${ANTIPHON}/.well-known/jwks.json`
const TOKEN = process.env.VERIFICATION_TOKEN ?? 'my-secret-token'
const PORT = Number(process.env.HOOK_PORT ?? 9100)
const MAX_BODY_BYTES = 4 * 1024 * 1024

const events = antiphonWebhook({ appId: APP, jwksUrl: KEYS })
// A table with the event's id as its key, in your database.
const seen = new Set()

const server = createServer(async (request, response) => {
  const answer = (status, json) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
  try {
    const { searchParams } = new URL(request.url, 'http://localhost')
    if (request.method === 'GET') {
      // Antiphon asks whether this is yours before it sends anything: say the number back.
      const isOurs = searchParams.get('verification_token') === TOKEN && searchParams.get('app_id') === APP
      return isOurs ? answer(200, { challenge: Number(searchParams.get('challenge')) }) : answer(403, {})
    }
    for (const event of await events(await bytesOf(request), request.headers)) take(event)
    answer(200, {})
  } catch (error) {
    console.error(`refused: ${error.message}`)
    answer(400, {})
  }
})

server.on('error', ({ code, message }) => {
  const taken = `port ${PORT} is taken, perhaps by a hook that still runs: stop that, or export HOOK_PORT=9200`
  console.error(code === 'EADDRINUSE' ? taken : message)
  process.exitCode = 1
})
server.listen(PORT, '127.0.0.1', () => console.log(`receiver listens on http://127.0.0.1:${PORT}/hook`))

/** The body as it came: nothing may have parsed it before. */
async function bytesOf(request) {
  const chunks = []
  let size = 0
  for await (const chunk of request) {
    chunks.push(chunk)
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw new Error('the body is too long')
  }
  return Buffer.concat(chunks)
}

function take({ id, type, sequence, payload }) {
  if (seen.has(id)) return
  seen.add(id)
  console.log(`#${sequence} ${type} ${payload.user_id ?? ''}`)
}
