// A legacy application on Auth.js, with the hook in it; what Next.js and Auth.js themselves do is played.
import { createServer } from 'node:http'
import { registerHooks } from 'node:module'
import { Readable } from 'node:stream'

const MODULES = {
  '@auth/core/jwt': './jwt.mjs',
  '@/auth': './auth.mjs',
  '@/antiphon-call.mjs': '../../../examples/hooks/node/antiphon-call.mjs',
}
registerHooks({
  resolve: (name, context, next) =>
    MODULES[name] ? { url: new URL(MODULES[name], import.meta.url).href, shortCircuit: true } : next(name, context),
})
const { GET, POST } = await import('../../../examples/hooks/next-auth/route.js')
const { encode } = await import('./jwt.mjs')
const { adapter, database, secret } = await import('./auth.mjs')

const COOKIE = 'authjs.session-token'

/** A session in pieces, as large ones are, or in the database. It ended a minute ago when it is to be over. */
async function login(isOver) {
  const maxAge = isOver ? -60 : 3_600
  if (adapter) {
    const token = `a session ${database.sessions.size}`
    database.sessions.set(token, { expires: new Date(Date.now() + maxAge * 1000) })
    return [`${COOKIE}=${token}`]
  }
  const token = await encode({ token: { sub: '17' }, secret, salt: COOKIE, maxAge })
  return [`${COOKIE}.0=${token.slice(0, 80)}`, `${COOKIE}.1=${token.slice(80)}`]
}

const routes = {
  'POST /antiphon/session': POST,
  'GET /antiphon/ticket': GET,
  'POST /login': async (_, query) => {
    const headers = new Headers()
    for (const cookie of await login(query.has('ms'))) headers.append('set-cookie', cookie)
    return new Response(null, { headers })
  },
  'POST /break': async (_, query) => {
    database.broken = query.has('yes')
    return new Response()
  },
}

const server = createServer(async (request, response) => {
  const { method, headers } = request
  const url = new URL(request.url, 'http://localhost')
  const body = method === 'POST' ? Readable.toWeb(request) : null
  const asked = new Request(url, { method, headers, body, duplex: 'half' })
  const answer = await routes[`${method} ${url.pathname}`](asked, url.searchParams).catch(
    () => new Response(null, { status: 500 }),
  )
  response.writeHead(answer.status, [...answer.headers].flat()).end(await answer.text())
})
server.listen(0, '127.0.0.1', () => console.log(`listening on ${server.address().port}`))
