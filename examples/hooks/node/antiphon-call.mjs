// Reads a call of Antiphon's migration hook: checks that Antiphon made it, for your application, and answers the legacy token in it.
// No package needed. Whatever is wrong is thrown: answer 500 then. Antiphon reads a 4xx as "this session is no good", and would show
// your login to everybody if a wrong address of the keys stood here.
import { constants, createPublicKey, verify } from 'node:crypto'

const MAX_BODY_BYTES = 128 * 1024
const KEYS_LIVE_MS = 10 * 60_000
/** Unknown key ids do not make us ask for the keys more often than this, whether they were answered or not. */
const KEYS_REST_MS = 10_000

/**
 * `appId`: your application in Antiphon. `jwksUrl`: its keys, `https://<your Antiphon>/.well-known/jwks.json`.
 * Make one reader per process, for it remembers the keys. Answers a function of an incoming request whose body nobody has read.
 */
export function antiphonCalls({ appId, jwksUrl }) {
  const findKey = keyFinder(jwksUrl)
  return async (request) => {
    const body = await readBody(request)
    const key = await findKey(request.headers['x-webhook-signature-key-id'])
    const signature = Buffer.from(request.headers['x-webhook-signature'] ?? '', 'base64url')
    const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
    if (!verify('sha256', body, pss, signature)) throw new Error('the signature is not of this body')
    const { app_id, token } = JSON.parse(body.toString())
    if (app_id !== appId) throw new Error(`the call is for the application ${app_id}`)
    return token
  }
}

/** Parsers that ran before have eaten the bytes that are signed: mount the hook before `express.json()`. */
async function readBody(request) {
  if (request.readableEnded) throw new Error('somebody has read the body before the hook')
  const chunks = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw new Error('the body is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function keyFinder(url) {
  let keys = []
  let askedAt = Number.NEGATIVE_INFINITY
  let asking
  const ask = async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    if (!response.ok) throw new Error(`${url} answered ${response.status}`)
    keys = (await response.json()).keys
  }
  return async (id) => {
    const find = () => keys.find(({ kid, alg }) => kid === id && alg === 'PS256')
    const age = performance.now() - askedAt
    if (age > (find() ? KEYS_LIVE_MS : KEYS_REST_MS)) {
      askedAt = performance.now()
      asking = ask()
      await asking
    }
    // Somebody else may be asking.
    if (!find()) await asking
    const jwk = find()
    if (!jwk) throw new Error(`${url} has no key ${id}`)
    return createPublicKey({ key: jwk, format: 'jwk' })
  }
}

/** Puts call and lookup together: `userOf(token)` answers the record (docs/guide/migrate-users.md), or undefined when no session is behind the token. */
export function antiphonHook({ appId, jwksUrl, userOf, report = console.error }) {
  const read = antiphonCalls({ appId, jwksUrl })
  return async (request, response) => {
    const answer = (status, json) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
    try {
      const user = await userOf(await read(request))
      if (user) answer(200, { user })
      else answer(401, { error: 'no session' })
    } catch (error) {
      report('antiphon hook:', error)
      answer(500, { error: 'could not tell' })
    }
  }
}

/** The cookies in a token of the form `name=value; other=value`, decoded as cookie parsers do. */
export function cookiesOf(token) {
  return new Map(
    token.split(';').flatMap((pair) => {
      const at = pair.indexOf('=')
      return at < 1 ? [] : [[pair.slice(0, at).trim(), decode(pair.slice(at + 1).trim())]]
    }),
  )
}

function decode(value) {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
