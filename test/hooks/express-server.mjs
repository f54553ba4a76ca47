// A legacy application on express-session, with the hook in it.
import { createServer } from 'node:http'
import session from 'express-session'
import { antiphonForSessions } from '../../examples/hooks/express/antiphon.mjs'

const { ANTIPHON_APP_ID: appId, ANTIPHON_JWKS_URL: jwksUrl } = process.env
const secret = ['a newer secret', 'an older secret']
const store = new session.MemoryStore()
const get = store.get.bind(store)
let broken = false
store.get = (id, done) => (broken ? done(new Error('no database')) : get(id, done))

const userOf = ({ userId }) =>
  userId && {
    external_id: userId,
    identifiers: [{ type: 'email_address', value: `${userId}@lumen.example` }],
  }
const { hook, ticket } = antiphonForSessions({ appId, jwksUrl, store, secret, userOf })
const remember = session({ store, secret: secret[1], resave: false, saveUninitialized: false })
const recall = session({ store, secret, resave: false, saveUninitialized: false })

const routes = {
  'POST /antiphon/session': hook,
  'GET /antiphon/ticket': (request, response) => recall(request, response, () => ticket(request, response)),
  'POST /login': (request, response, query) =>
    remember(request, response, () => {
      request.session.userId = query.get('user')
      if (query.has('ms')) request.session.cookie.maxAge = Number(query.get('ms'))
      response.end()
    }),
  'POST /break': (_request, response, query) => {
    broken = query.has('yes')
    response.end()
  },
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost')
  const route = routes[`${request.method} ${pathname}`]
  if (route) route(request, response, searchParams)
  else response.writeHead(404).end()
})
server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`))
