import { once } from 'node:events'
import { Agent, createServer, get, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export interface Balancer {
  /** `http://127.0.0.1:port` */
  readonly address: string
  /** What became of requests that no server answered, oldest first; their clients were told 502. */
  readonly failed: readonly string[]
  /** How many servers it sends requests to at the moment. */
  ready(): number
  close(): Promise<void>
}

/**
 * A balancer as Kubernetes has them: it sends requests to each server in turn, on connections that are kept, for as long as its `/readyz` says 200
 * whenever it is asked; and nothing twice.
 */
export async function startBalancer(addresses: readonly string[], pollMs: number): Promise<Balancer> {
  const ready = new Set<string>()
  const failed: string[] = []
  const agent = new Agent({ keepAlive: true })
  let turn = 0
  const look = async () => {
    await Promise.all(addresses.map(async (one) => ((await isReady(one)) ? ready.add(one) : ready.delete(one))))
  }
  async function forward(incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    const to = [...ready][turn++ % ready.size]
    if (to === undefined) throw new Error('no server is ready')
    const headers = { ...incoming.headers, connection: 'keep-alive' }
    const outgoing = request(`${to}${incoming.url}`, { method: incoming.method ?? 'GET', agent, headers })
    try {
      outgoing.end(body)
      const [answer] = await once(outgoing, 'response')
      return answer
    } catch (error) {
      const connection = outgoing.reusedSocket ? 'a kept connection' : 'a new connection'
      throw new Error(`${incoming.url} on ${connection} to ${to}: ${(error as Error).message}`)
    }
  }
  const server = createServer(async (incoming, response) => {
    try {
      const answer = await forward(incoming, await buffer(incoming))
      const { connection: _, 'keep-alive': __, ...headers } = answer.headers
      response.writeHead(answer.statusCode ?? 0, headers).end(await buffer(answer))
    } catch (error) {
      failed.push((error as Error).message)
      if (response.headersSent) response.destroy()
      else response.writeHead(502).end()
    }
  })
  await look()
  const polling = setInterval(look, pollMs)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failed,
    ready: () => ready.size,
    async close() {
      clearInterval(polling)
      server.close()
      server.closeAllConnections()
      agent.destroy()
      await once(server, 'close')
    },
  }
}

const isReady = (server: string) =>
  new Promise<boolean>((resolve) => {
    const asked = get(`${server}/readyz`, { agent: false, timeout: 1_000 }, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200)
    })
    asked.on('timeout', () => asked.destroy()).on('error', () => resolve(false))
  })
