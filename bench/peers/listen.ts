import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Binds a free port of the loopback interface; returns `http://127.0.0.1:port`. */
export async function bind(server: Server): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(0, '127.0.0.1', resolve)
  await promise
  process.once('SIGTERM', () => process.exit(0))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Says on standard output that the server is ready, with what a client needs to know. */
export function announce(address: string, details: object = {}): void {
  process.stdout.write(`${JSON.stringify({ msg: 'listening', address, ...details })}\n`)
}

export async function listen(server: Server): Promise<void> {
  announce(await bind(server))
}
