/**
 * An OpenID provider that takes every code for what it says: `code` is base64url JSON `{nonce, sub}`. So the page that a user would see costs the
 * generator nothing, and everything that a server does with a provider is done.
 */
import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { announce, bind } from './listen.ts'

const CLIENT_ID = 'bench'
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }]
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

const server = createServer(async (request, response) => {
  const body = new URLSearchParams(await text(request))
  response.setHeader('Content-Type', 'application/json')
  response.end(JSON.stringify(answer(request.url ?? '', body)))
})

function answer(path: string, body: URLSearchParams): object {
  if (path === '/keys') return { keys }
  if (path === '/token') return tokens(body.get('code') ?? '')
  return {
    issuer: address,
    authorization_endpoint: `${address}/authorize`,
    token_endpoint: `${address}/token`,
    jwks_uri: `${address}/keys`,
    response_types_supported: ['code'],
    token_endpoint_auth_methods_supported: ['client_secret_post'],
  }
}

function tokens(code: string): object {
  const { nonce, sub }: { nonce: string; sub: string } = JSON.parse(Buffer.from(code, 'base64url').toString())
  const iat = Math.floor(Date.now() / 1000)
  const email = { email: `${sub}@example.org`, email_verified: true }
  const claims = { iss: address, aud: CLIENT_ID, sub, nonce, iat, exp: iat + 600, ...email }
  const input = `${encode({ alg: 'RS256', typ: 'JWT', kid: 'k1' })}.${encode(claims)}`
  const signature = sign('sha256', Buffer.from(input), privateKey).toString('base64url')
  return { access_token: 'at', token_type: 'Bearer', expires_in: 60, id_token: `${input}.${signature}` }
}

const address = await bind(server)
announce(address)
