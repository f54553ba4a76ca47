import express from 'express'
import { createRemoteJWKSet, jwtVerify } from 'jose'

/** Where Antiphon is. Its access tokens name its bare host as their issuer, unless `sessions.issuer_form` is `url`. */
const antiphon = new URL(process.env.ANTIPHON ?? 'https://localhost:8443')
const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', antiphon))
const expected = { issuer: antiphon.host, algorithms: ['EdDSA'], typ: 'at+jwt', requiredClaims: ['sub', 'sid', 'exp'] }

/** Errors that say nothing of the token: the keys could not be fetched. */
const NO_KEYS = [undefined, 'ERR_JWKS_TIMEOUT', 'ERR_JOSE_GENERIC']

/** 401 without a good access token, 503 when nobody can tell whether it is one. */
async function authenticate(request, response, next) {
  const [, token = ''] = /^Bearer (\S+)$/i.exec(request.get('authorization') ?? '') ?? []
  try {
    request.claims = (await jwtVerify(token, keys, expected)).payload
  } catch (error) {
    return response.status(NO_KEYS.includes(error.code) ? 503 : 401).json({ error: error.message })
  }
  next()
}

const app = express()
app.get('/api/me', authenticate, ({ claims }, response) => {
  response.json({ user: claims.sub, scopes: claims.scope?.split(' ') ?? [] })
})
app.listen(process.env.PORT ?? 3000, '127.0.0.1', () => console.log('The API is ready.'))
