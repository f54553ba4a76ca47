import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setDefaultCACertificates } from 'node:tls'
import { pause } from '../../src/platform/clock.ts'
import { claimsOf } from '../builders.ts'
import { selfSignedCertificate } from '../tls.ts'
import { moduleFolder } from './modules.ts'
import { codeBelow, HOST } from './page.ts'
import { openStage } from './stage.ts'

const HEADING = '### A small verifier for a proxy'
const hasNginx = spawnSync('nginx', ['-v']).status === 0

const trusted = [(await selfSignedCertificate()).cert]
setDefaultCACertificates(trusted)

async function listen(answer: RequestListener): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => server.close())
  return (server.address() as AddressInfo).port
}

/** The verifier of the page, for tokens of this origin; answers its port. */
async function openVerifier(origin: string): Promise<number> {
  const folder = moduleFolder()
  writeFileSync(join(folder, 'verify.mjs'), codeBelow('### jose').replaceAll(`https://${HOST}`, origin))
  const code = codeBelow(HEADING).replace('\ncreateServer(', '\nexport const server = createServer(')
  writeFileSync(join(folder, 'proxy.mjs'), code.replace('listen(3000', 'listen(0'))
  const { server } = await import(join(folder, 'proxy.mjs'))
  if (!server.listening) await once(server, 'listening')
  after(() => server.close())
  return server.address().port
}

/** nginx with the locations of the page; answers the socket that it listens on. */
async function openNginx(verifier: number, orders: number): Promise<string> {
  const folder = moduleFolder()
  const socket = join(folder, 'nginx.sock')
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((of) => `${of}_temp_path ${folder}/${of};`)
  const locations = codeBelow(HEADING, 'nginx').replace('127.0.0.1:3000', `127.0.0.1:${verifier}`)
  const http = `access_log off; ${places.join(' ')} upstream orders { server 127.0.0.1:${orders}; }
    server { listen unix:${socket}; ${locations} }`
  const text = `daemon off; master_process off; pid ${folder}/nginx.pid; events {} http { ${http} }`
  writeFileSync(join(folder, 'nginx.conf'), text)
  const nginx = spawn('nginx', ['-e', 'stderr', '-c', join(folder, 'nginx.conf')], {
    stdio: 'ignore',
  })
  after(() => nginx.kill())
  while (nginx.exitCode === null && !existsSync(socket)) await pause(20)
  return socket
}

/** Asks for the orders; answers the status, and what was said to whom they are of. */
async function ask(socketPath: string, headers: Record<string, string>) {
  const asked = request({
    socketPath,
    path: '/orders',
    agent: false,
    headers: { host: 'api.shop.example', ...headers },
  })
  const [answer] = (await once(asked.end(), 'response')) as [IncomingMessage]
  let text = ''
  for await (const chunk of answer.setEncoding('utf8')) text += chunk
  return { status: answer.statusCode, text }
}

test('the small verifier of the guide tells a token that is wrong from keys that it cannot have', async () => {
  const { app, good, bad } = await openStage('RS256')
  const url = `http://127.0.0.1:${await openVerifier(app.origin)}`
  const statusOf = async (token: string) =>
    (await fetch(url, { headers: { authorization: `Bearer ${token}`, connection: 'close' } })).status
  setDefaultCACertificates([])
  assert.equal(await statusOf(good.cookie), 503)
  setDefaultCACertificates(trusted)
  assert.equal(await statusOf(good.cookie), 204)
  for (const [fault, token] of Object.entries(bad)) assert.equal(await statusOf(token), 401, fault)
  assert.equal((await fetch(url, { headers: { connection: 'close' } })).status, 401)
})

test('nginx and the small verifier of the guide let good tokens through, say whose they are, and refuse the rest', {
  skip: hasNginx ? false : 'nginx is not installed',
}, async () => {
  const { app, good, bad } = await openStage('RS256')
  let served = 0
  const orders = await listen(({ headers }, response) => {
    served += 1
    response.end(JSON.stringify([headers['x-user'], headers['x-scope']]))
  })
  const socket = await openNginx(await openVerifier(app.origin), orders)
  for (const token of Object.values(good)) {
    const { status, text } = await ask(socket, {
      authorization: `Bearer ${token}`,
      'x-user': 'usr_admin',
      'x-scope': 'admin',
    })
    assert.deepEqual([status, JSON.parse(text)], [200, [claimsOf(token).sub, 'orders:read']])
  }
  for (const [fault, token] of Object.entries(bad))
    assert.equal((await ask(socket, { authorization: `Bearer ${token}`, 'x-user': 'usr_admin' })).status, 401, fault)
  assert.equal((await ask(socket, { 'x-user': 'usr_admin' })).status, 401)
  assert.equal(served, 2)
})
