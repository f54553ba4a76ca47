// A migration hook in one file: it tells Antiphon whose legacy session a token is. Hooks for frameworks are in examples/hooks.
// Run: NODE_EXTRA_CA_CERTS=.antiphon/localhost.crt node docs/guide/legacy-hook.mjs
import { constants, createPublicKey, verify } from 'node:crypto'
import { createServer } from 'node:http'

const APP = process.env.ANTIPHON_APP_ID ?? 'guide'
const ANTIPHON = process.env.ANTIPHON ?? 'https://127.0.0.1:8443'
const KEYS = process.env.ANTIPHON_JWKS_URL ?? `${ANTIPHON}/.well-known/jwks.json`
const PORT = Number(process.env.HOOK_PORT ?? 9100)

// Your sessions, in whatever way you keep them.
const sessions = new Map([
  [
    'legacy-session-of-ana',
    {
      external_id: 'customer-42',
      identifiers: [{ type: 'email_address', value: 'ana@example.com' }],
      profile: { first_name: 'Ana' },
    },
  ],
])

const server = createServer(async (request, response) => {
  const answer = (status, json) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
  try {
    const user = sessions.get(await readToken(request))
    if (user) answer(200, { user })
    else answer(401, { error: 'unknown session' })
  } catch (error) {
    // Never 4xx: that would say that the session is no good, and show a login.
    console.error(error)
    answer(500, { error: 'could not tell' })
  }
})

server.on('error', ({ code, message }) => {
  const taken = `port ${PORT} is taken, perhaps by a hook that still runs: stop that, or export HOOK_PORT=9200`
  console.error(code === 'EADDRINUSE' ? taken : message)
  process.exitCode = 1
})
server.listen(PORT, '127.0.0.1', () => console.log(`hook listens on http://127.0.0.1:${PORT}/validate`))

/** The token of a call that Antiphon has signed for this application: RSASSA-PSS with SHA-256 by a key that it publishes. */
async function readToken(request) {
  const { headers } = request
  const chunks = []
  let size = 0
  for await (const chunk of request) {
    chunks.push(chunk)
    size += chunk.length
    if (size > 128 * 1024) throw new Error('the body is too long')
  }
  const body = Buffer.concat(chunks)
  const { keys } = await (await fetch(KEYS, { signal: AbortSignal.timeout(2_000) })).json()
  const jwk = keys.find(({ kid, alg }) => kid === headers['x-webhook-signature-key-id'] && alg === 'PS256')
  const key = {
    key: createPublicKey({ key: jwk, format: 'jwk' }),
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 32,
  }
  const signature = Buffer.from(headers['x-webhook-signature'] ?? '', 'base64url')
  if (!verify('sha256', body, key, signature)) throw new Error('the signature is not of this body')
  const { app_id, token } = JSON.parse(body.toString())
  if (app_id !== APP) throw new Error(`the call is for the application ${app_id}`)
  return token
}
