// Plays Antiphon for a hook that you are writing: publishes a key, and calls the hook signed and forged.
// Run: node examples/hooks/try.mjs <keys> <hook> <app> <token>, where the hook finds its keys at http://<keys>/.
import { constants, generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'

const [keys, hook, app_id, token] = process.argv.slice(2)
if (token === undefined)
  throw new Error('node try.mjs 127.0.0.1:9101 http://127.0.0.1:9100/antiphon/session <app> <token>')

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
const ours = pair()
const jwk = { ...ours.publicKey.export({ format: 'jwk' }), kid: 'try', alg: 'PS256', use: 'sig' }
const server = createServer((_, response) => response.end(JSON.stringify({ keys: [jwk] })))
const { hostname, port } = new URL(`http://${keys}`)
await new Promise((resolve) => server.listen(Number(port), hostname, resolve))

async function call(key, payload) {
  const body = JSON.stringify(payload)
  const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Prelude-SessionMigrationHook/1.0',
    'x-webhook-signature': sign('sha256', Buffer.from(body), pss).toString('base64url'),
    'x-webhook-signature-key-id': 'try',
  }
  const response = await fetch(hook, {
    method: 'POST',
    headers,
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(5_000),
  })
  return [response.status, await response.text()]
}

const signals = { user_agent: 'try', platform: 'WEB', ip: '203.0.113.42' }
const calls = [
  ['the token', ours.privateKey, { app_id, token, signals }, (status) => status === 200 || status === 401],
  ['a token of nobody', ours.privateKey, { app_id, token: 'made-up', signals }, (status) => status === 401],
  ['a forged signature', pair().privateKey, { app_id, token, signals }, (status) => status >= 500],
  ['another application', ours.privateKey, { app_id: `not-${app_id}`, token, signals }, (status) => status >= 500],
]
for (const [what, key, payload, isRight] of calls) {
  const [status, text] = await call(key, payload)
  console.log(`${isRight(status) ? 'as it should be' : 'NOT as it should be'}: ${what} → ${status} ${text}`)
  if (!isRight(status)) process.exitCode = 1
}
server.close()
server.closeAllConnections()
