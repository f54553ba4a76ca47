// The shop at each step of its move. 1: as it was. 2: the page logs in by Antiphon, old sessions are exchanged. 3: nothing old is left.
import { readFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { buildSync } from 'esbuild'
import express from 'express'
import { antiphon, hook, ticket, userIdByToken } from './new.mjs'
import { COOKIE, cookieOf, endSession, openSession, openShop, userById, userByPassword, userBySession } from './old.mjs'

const step = Number(process.env.STEP ?? 1)
const folder = process.env.ANTIPHON_DATA ?? '../../.antiphon'
const [isOld, isMoving] = [step === 1, step === 2]
await openShop()

const app = express()
if (isMoving) app.get('/ticket', ticket)
if (isOld) app.post('/login', express.urlencoded(), logIn)
if (isOld || isMoving) app.post('/logout', logOut)
app.get('/api/orders', orders)
app.get('/', isOld ? oldPage : (_, response) => response.type('html').send(read('page.html')))
if (!isOld) servePage()

async function logIn({ body }, response) {
  const user = await userByPassword(body.email, body.password)
  if (!user) return response.status(401).send('Wrong e-mail address or password.')
  response.cookie('sid', openSession(user.id), COOKIE).redirect('/')
}

function logOut(request, response) {
  endSession(cookieOf(request))
  response.clearCookie('sid', COOKIE).redirect('/')
}

/** To whoever is logged in: until the last step by the cookie of old, from the second on by a token. */
async function orders(request, response) {
  const user = (step < 3 && userBySession(cookieOf(request))) || (step > 1 && userById(await userIdByToken(request)))
  if (!user) return response.status(401).json({ error: 'unauthorized' })
  response.json({ customer: user.id, orders: user.orders })
}

function oldPage(request, response) {
  const user = userBySession(cookieOf(request))
  const form = user
    ? `<p>Logged in as customer ${user.id}, with ${user.orders} orders</p><form method="post" action="/logout"><button>Log out</button></form>`
    : `<form method="post" action="/login"><label>E-mail address <input name="email" type="email"></label>
       <label>Password <input name="password" type="password"></label> <button>Log in</button></form>`
  response.type('html').send(`<!doctype html><title>Shop</title><h1>Shop</h1>${form}`)
}

/** The page's script, and the SDK's worker, which wants to lie beside it. */
function servePage() {
  const { outputFiles } = buildSync({
    entryPoints: [here('page.js').pathname],
    bundle: true,
    format: 'esm',
    write: false,
    define: { ANTIPHON: JSON.stringify(antiphon.host), MOVING: String(isMoving) },
  })
  app.get('/page.js', (_, response) => response.type('js').send(outputFiles[0].text))
  const worker = readFileSync(new URL('core-worker.js', import.meta.resolve('@prelude.so/js-sdk/session')), 'utf8')
  app.get('/core-worker.js', (_, response) => response.type('js').send(worker))
}

function here(name) {
  return new URL(name, import.meta.url)
}

function read(name) {
  return readFileSync(here(name), 'utf8')
}

const certificate = { cert: readFileSync(`${folder}/localhost.crt`), key: readFileSync(`${folder}/localhost.key`) }
createHttps(certificate, app).listen(process.env.PORT ?? 3100, '127.0.0.1', () =>
  console.log(`The shop is ready, at step ${step}.`),
)
// Antiphon calls the hook in plain http on this machine alone. In production it is a path of the shop, by https.
if (isMoving) createHttp(hook).listen(process.env.HOOK_PORT ?? 9100, '127.0.0.1')
