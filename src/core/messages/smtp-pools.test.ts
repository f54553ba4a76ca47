import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { PASSWORD, smtp, startSmtpServer } from '../../../test/smtp-server.ts'
import { selfSignedCertificate } from '../../../test/tls.ts'
import { world } from '../../../test/world.ts'
import type { Deps } from '../../platform/deps.ts'
import { type SmtpOptions, smtpOptions } from './adapters/smtp-options.ts'
import { pools } from './adapters/smtp-pools.ts'

const certificate = await selfSignedCertificate()
const server = await startSmtpServer(certificate)
const trusting = { extraCertificateAuthority: certificate.cert }
const w = await world('sqlite', { network: { allowPrivate: true, ...trusting } })

const options: SmtpOptions = smtpOptions.parse(smtp(server.port).options)
const secrets = { password: PASSWORD }
const LETTER = { from: 'no-reply@shop.example', to: 'ada@example.com', text: 'Hello' }

/** Pools of their own, and the connections that they opened. */
function watched() {
  const sockets: Socket[] = []
  const deps: Deps = {
    ...w.deps,
    async connect(target) {
      const outcome = await w.deps.connect(target)
      if (outcome.kind === 'connected') sockets.push(outcome.socket)
      return outcome
    },
  }
  return { sockets, find: (key: string) => pools(deps).find(key, options, secrets) }
}

test('twenty mails at once take five connections to a server', async () => {
  const { sockets, find } = watched()
  await Promise.all(Array.from({ length: 20 }, () => find('shop').sendMail(LETTER)))
  assert.equal(sockets.length, 5)
})

test('a hundred providers keep their connections; one more ends those used longest ago', async () => {
  const { sockets, find } = watched()
  const keys = Array.from({ length: 100 }, (_, i) => `provider ${i}`)
  const first = keys.map(find)
  await first[0]?.sendMail(LETTER)
  await first[1]?.sendMail(LETTER)
  assert.ok(keys.every((key, i) => find(key) === first[i]))
  const [oldest, second] = sockets
  assert.ok(oldest && second)
  assert.deepEqual([oldest.destroyed, second.destroyed], [false, false])

  find('one more')
  await once(oldest, 'close', { signal: AbortSignal.timeout(5_000) })
  assert.equal(second.destroyed, false)
  assert.equal(find('provider 1'), first[1])
  assert.notEqual(find('provider 0'), first[0])
})

test('a server has eight seconds for each answer, and half a minute until its idle connection ends', () => {
  const { connectionTimeout, greetingTimeout, socketTimeout, idleTimeout } = watched().find('shop').options
  assert.deepEqual([connectionTimeout, greetingTimeout, socketTimeout, idleTimeout], [13_000, 8_000, 8_000, 30_000])
})

test('a letter is never filled from a file or a URL', async () => {
  const { find } = watched()
  const filled = (html: object) => find('shop').sendMail({ ...LETTER, html })
  await assert.rejects(filled({ path: import.meta.filename }), /File access rejected/)
  await assert.rejects(filled({ href: `http://127.0.0.1:${server.port}/` }), /Url access rejected/)
})
