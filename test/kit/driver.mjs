// Gives what comes in to the kit: a line each of the time in ms, signature, key id and the body in base64. Answers a line each.
import { readFileSync } from 'node:fs'
import { antiphonWebhook } from '../../docs/kit/node/antiphon-webhook.mjs'

const [appId, jwksUrl] = process.argv.slice(2)
const events = antiphonWebhook({ appId, jwksUrl })
for (const line of readFileSync(0, 'utf8').trimEnd().split('\n')) {
  const [now, signature, keyId, body] = line.split('\t')
  const headers = {
    ...(signature && { 'x-webhook-signature': signature }),
    ...(keyId && { 'x-webhook-signature-key-id': keyId }),
  }
  try {
    console.log(JSON.stringify(await events(Buffer.from(body, 'base64'), headers, Number(now))))
  } catch (error) {
    console.log(`refused ${error}`)
  }
}
