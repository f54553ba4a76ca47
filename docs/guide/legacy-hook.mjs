// A migration hook in one file: it tells Antiphon whose legacy session a token is.
// Run: NODE_EXTRA_CA_CERTS=.antiphon/localhost.crt node docs/guide/legacy-hook.mjs
import { constants, createPublicKey, verify } from 'node:crypto'
import { createServer } from 'node:http'

const KEYS = process.env.ANTIPHON_JWKS_URL ?? 'https://localhost:8443/.well-known/jwks.json'
const PORT = Number(process.env.PORT ?? 9100)

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

createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const answer = (status, json) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))

  if (!(await isFromAntiphon(request.headers, body))) return answer(403, { error: 'bad signature' })
  const user = sessions.get(JSON.parse(body.toString()).token)
  return user ? answer(200, { user }) : answer(401, { error: 'unknown session' })
}).listen(PORT, '127.0.0.1', () => console.log(`hook listens on http://127.0.0.1:${PORT}/validate`))

/** Whether the body is signed by a key that the application publishes: RSASSA-PSS with SHA-256. */
async function isFromAntiphon(headers, body) {
  const { keys } = await (await fetch(KEYS)).json()
  const jwk = keys.find((key) => key.kid === headers['x-webhook-signature-key-id'])
  if (!jwk) return false
  const key = {
    key: createPublicKey({ key: jwk, format: 'jwk' }),
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 32,
  }
  return verify('sha256', body, key, Buffer.from(headers['x-webhook-signature'] ?? '', 'base64url'))
}
