// The backend of a bank in one file: it approves payments as a step of a step-up, and executes what was approved.
// Run: NODE_EXTRA_CA_CERTS=.antiphon/localhost.crt node docs/guide/step-up-bank.mjs
import { createPublicKey, generateKeyPairSync, randomUUID, sign, verify } from 'node:crypto'
import { createServer } from 'node:http'

const ANTIPHON = process.env.ANTIPHON ?? 'https://127.0.0.1:8443'
const ACCESS_KEYS = process.env.ANTIPHON_JWKS_URL ?? `${ANTIPHON}/.well-known/jwks.json`
const CHALLENGE_KEYS = ACCESS_KEYS.replace('jwks.json', 'step-up-jwks.json')
const APP_ID = 'guide'
const PORT = Number(process.env.HOOK_PORT ?? 9100)

// Yours lives in your key store. Antiphon reads its public half from /jwks.json.
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const kid = randomUUID()
const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] }

/** Payments that their user has approved and that are still to be executed, by user. */
const approved = new Map()

/** The user approved a payment in a way of your own. Say so to Antiphon, by a token for the current step of this challenge. */
async function approve(request, { challenge_token }) {
  const challenge = await read(challenge_token, CHALLENGE_KEYS, 'challenge+jwt')
  const user = await read(bearerOf(request), ACCESS_KEYS, 'at+jwt')
  if (challenge?.aud !== APP_ID || challenge.sub !== user?.sub) return [403, { error: 'not your challenge' }]
  // Here you show challenge.metadata to the user, who agrees with a PIN, a card reader, a face.
  approved.set(challenge.sub, challenge.metadata)
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    sub: challenge.sub,
    iat: now,
    nbf: now,
    exp: now + 60,
    jti: randomUUID(),
    challenge_id: challenge.challenge_id,
    key: challenge.current_step,
    status: 'completed',
  }
  const input = `${encode({ alg: 'RS256', typ: 'JWT', kid })}.${encode(claims)}`
  return [
    200,
    { verification_token: `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}` },
  ]
}

/** Execute a payment: the access token carries the scope, and the user approved this very payment. */
async function pay(request, { amount, currency }) {
  const user = await read(bearerOf(request), ACCESS_KEYS, 'at+jwt')
  if (!user) return [401, { error: 'log in' }]
  const payment = approved.get(user.sub)
  const isScoped = (user.scope ?? '').split(' ').includes('transfer:write')
  if (!isScoped || payment?.amount !== amount || payment?.currency !== currency) return [403, { error: 'step up' }]
  approved.delete(user.sub)
  return [200, { paid: amount }]
}

const bearerOf = (request) => /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
const encode = (json) => Buffer.from(JSON.stringify(json)).toString('base64url')
const decode = (part) => JSON.parse(Buffer.from(part, 'base64url').toString())

/** The claims of a token of Antiphon's, if its type, signature and time are right. A library of your choice does this too. */
async function read(token, keysUrl, typ) {
  const [header, claims, signature] = String(token).split('.')
  if (!signature) return undefined
  const { kid, alg, typ: type } = decode(header)
  const { keys } = await (await fetch(keysUrl)).json()
  const jwk = keys.find((key) => key.kid === kid)
  if (!jwk || alg !== 'EdDSA' || type !== typ) return undefined
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  const isRight = verify(null, Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'))
  return isRight && decode(claims).exp > Date.now() / 1000 ? decode(claims) : undefined
}

const server = createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const routes = { '/approve': approve, '/pay': pay, '/jwks.json': async () => [200, jwks] }
  const route = routes[request.url] ?? (async () => [404, { error: 'not here' }])
  const answer = async () => await route(request, JSON.parse(Buffer.concat(chunks).toString() || '{}'))
  const [status, json] = await answer().catch(() => [400, { error: 'no sense' }])
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
})

server.on('error', ({ code, message }) => {
  const taken = `port ${PORT} is taken, perhaps by a hook that still runs: stop that, or export HOOK_PORT=9200`
  console.error(code === 'EADDRINUSE' ? taken : message)
  process.exitCode = 1
})
server.listen(PORT, '127.0.0.1', () => console.log(`bank listens on http://127.0.0.1:${PORT}`))
