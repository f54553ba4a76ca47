import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import tls from 'node:tls'
import { issueCertificate } from '../../src/crypto/certificate.ts'
import type { ConnectTarget, SafeConnect } from '../../src/platform/safe-fetch.ts'

const DAY_MS = 86_400_000

/** What stands at every address that a test's server dials: a proxy that has certificates for some names, and none for others. */
export interface TlsSite {
  readonly dial: SafeConnect
  /** What was dialled, oldest first: `192.0.2.1:443`. */
  readonly dialled: string[]
  /** Names that were asked for, in handshakes. */
  readonly greeted: string[]
  /** Have a certificate for a name, for so many days; `stranger`: by nobody whom the server trusts. `to`: what it says, where that is another name. */
  certify(name: string, days?: number, stranger?: boolean, to?: string): Promise<void>
  /** Forget every certificate. */
  clear(): void
  /** `open`: it answers. Else why nobody can be dialled. */
  state: 'open' | 'network' | 'timeout' | 'private_address'
  close(): void
}

export async function tlsSite(): Promise<TlsSite> {
  const known = new Map<string, { context: tls.SecureContext; trust: string | undefined }>()
  const server = tls.createServer({
    SNICallback(name, answer) {
      site.greeted.push(name)
      answer(null, known.get(name)?.context)
    },
  })
  server.on('tlsClientError', () => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const trusted = () => {
    const ca = [...known.values()].flatMap(({ trust }) => trust ?? [])
    return tls.createSecureContext({ ca })
  }
  async function dial({ host, port: dialled }: ConnectTarget): ReturnType<SafeConnect> {
    site.dialled.push(`${host}:${dialled}`)
    if (site.state !== 'open') return { kind: 'failed', reason: site.state }
    const socket = net.connect(port, '127.0.0.1').on('error', () => {})
    await once(socket, 'connect')
    return { kind: 'connected', socket, trusted: trusted() }
  }
  const site: TlsSite = {
    dial,
    dialled: [],
    greeted: [],
    async certify(name, days = 90, stranger = false, to = name) {
      const now = Date.now()
      const { cert, key } = await issueCertificate({ dns: [to], ip: [] }, now - DAY_MS, now + days * DAY_MS)
      known.set(name, { context: tls.createSecureContext({ cert, key }), trust: stranger ? undefined : cert })
    },
    clear: () => known.clear(),
    state: 'open',
    close: () => server.close(),
  }
  return site
}
