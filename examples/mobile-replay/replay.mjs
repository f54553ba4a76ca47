// What the vendor's SDK for phones sends from login to log-out, and what must be answered. Ends with 1 at the first thing that is otherwise.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { Device } from './device.mjs'

const origin = process.env.ANTIPHON ?? 'https://127.0.0.1:8443'
const app = process.env.APP ?? 'guide'
const email = process.env.EMAIL ?? 'ana@example.com'
const keyFile = `${process.env.ANTIPHON_DATA ?? '../../.antiphon'}/${app}-management.key`
const isVerbose = process.argv.includes('--verbose')

const phone = new Device(origin, tell)

function tell({ method, path, status, sent, headers, body }) {
  console.log(`${method} ${path} ${status}${body.code ? ` ${body.code}` : ''}`)
  if (isVerbose) console.log({ sent, answered: { headers: Object.fromEntries(headers), body } })
}

/** One thing that a deployment must get right; `mend` says what is amiss where it does not. */
function check(what, isSo, mend) {
  console.log(`  ${isSo ? 'ok' : 'NOT SO'}: ${what}`)
  if (isSo) return
  console.error(mend)
  process.exit(1)
}

const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'))
const withRefreshToken = (token = phone.refreshToken) => ({ headers: { 'x-refresh-token': token } })
const refresh = (token) => phone.sendProven('POST', '/v1/session/refresh', withRefreshToken(token))
const bearer = () => ({ headers: { authorization: `Bearer ${phone.accessToken}` } })

/** Messages to this address that there are already, of earlier runs. */
const earlier = process.env.CODE_FROM === 'terminal' ? 0 : (await mailbox()).length

/** To this address, newest first. */
async function mailbox() {
  const headers = { authorization: `Bearer ${readFileSync(keyFile, 'utf8').trim()}` }
  const { mail } = await (await fetch(`${origin}/v2/session/apps/${app}/mailbox`, { headers })).json()
  return mail.filter(({ recipient }) => recipient === email)
}

/** The code that was sent now: asked of whoever runs this, or in development of the mailbox. */
async function readCode() {
  if (process.env.CODE_FROM === 'terminal') return await askCode()
  for (let i = 0; i < 50; i++) {
    const mail = await mailbox()
    if (mail.length > earlier) return /\b\d{6}\b/.exec(mail[0].text)[0]
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('No message came.')
}

async function askCode() {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const code = await terminal.question(`The code that ${email} was sent: `)
  terminal.close()
  return code.trim()
}

console.log('1. startOTPLogin, checkOTP: a code, a challenge token, a session for the key of this phone')
const started = await phone.send('POST', '/v1/session/otp', {
  body: { identifier: { type: 'email_address', value: email } },
})
check(
  'a code is under way',
  started.status === 204,
  'Is login by code configured, and does the host lead to your application?',
)
check('a cookie holds the login', phone.cookies.size > 0, 'A proxy may take Set-Cookie away.')
const checked = await phone.send('POST', '/v1/session/otp/check', { body: { code: await readCode() } })
check('the code is right', checked.status === 200, 'A proxy may take Cookie away. Or was it another code?')
const finalized = await phone.sendProven('POST', '/v1/session/login/finalize', {
  body: { challenge_token: checked.body.challenge_token },
})
const HTU = `The proof is for ${origin}: a proxy must hand on Host, and X-Forwarded-Proto to a server that trusts it.`
check('the proof is for this host', finalized.status === 200, HTU)
phone.keepSession(finalized)
check('a refresh token is in a header', phone.refreshToken, 'A proxy may take X-Refresh-Token away.')
console.log(`  logged in as ${claimsOf(phone.accessToken).sub}`)

console.log('2. refresh: once the access token is over, each time with the refresh token of before')
const before = phone.refreshToken
phone.keepSession(await refresh())
check('another refresh token came', phone.refreshToken !== before, 'A proxy may keep answers to POST.')

console.log('3. a lost answer: the phone was in a tunnel, and knows only the refresh token of before')
const known = phone.refreshToken
await refresh()
const again = await refresh(known)
check(
  'the same one is taken again',
  again.status === 200,
  'The tunnel was longer than sessions.refresh_grace_seconds, or two servers do not share a database.',
)
phone.keepSession(again)

console.log('4. a stolen refresh token, without the key of the phone')
const thief = new Device(origin, tell)
const stolen = await thief.sendProven('POST', '/v1/session/refresh', withRefreshToken())
check('it opens nothing', stolen.status === 401, 'This must not be. Tell SECURITY.md.')

console.log('5. the list of sessions, by the access token and, on Android, a proof')
const list = await phone.sendProven('GET', '/v1/session/me/list?limit=5', bearer())
check(
  'this one is on it',
  list.body.sessions?.some(({ id }) => id === claimsOf(phone.accessToken).sid),
  'A proxy may take Authorization away.',
)

console.log('6. logout')
const ended = await phone.sendProven('POST', '/v1/session/revoke', withRefreshToken())
check('the session has ended', ended.status === 204, 'See the code above.')
check('its refresh token opens nothing', (await refresh()).status === 401, 'This must not be. Tell SECURITY.md.')
