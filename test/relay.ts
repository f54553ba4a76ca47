import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { after } from 'node:test'

/** A way to the PostgreSQL server on which connections can go silent: open, and nothing passes any more, as after a fail-over without a goodbye. */
export interface Relay {
  /** The given URL, by way of this relay. */
  readonly url: string
  /** Silent from now on: whichever connection sends this text, from that packet on. Resolves when one did. */
  silenceOn(text: string): Promise<void>
  /** Every connection that is open, and with `forGood` every one to come. */
  silence(forGood?: boolean): void
  /** How many connections are open on our side. */
  open(): number
}

export async function relay(url: string): Promise<Relay> {
  const target = new URL(url)
  const targetPort = Number(target.port)
  const clients = new Map<Socket, { silent: boolean }>()
  let trigger: { text: string; caught: () => void } | undefined
  let isDead = false
  const server = createServer((client) => {
    const upstream = connect(targetPort, target.hostname)
    const state = { silent: isDead }
    clients.set(client, state)
    client
      .on('error', () => {})
      .on('close', () => {
        clients.delete(client)
        upstream.destroy()
      })
    upstream.on('error', () => {}).on('close', () => state.silent || client.destroy())
    client.on('data', (data) => {
      if (trigger && data.includes(trigger.text)) {
        trigger.caught()
        trigger = undefined
        state.silent = true
      }
      if (!state.silent) upstream.write(data)
    })
    upstream.on('data', (data) => state.silent || client.write(data))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => {
    server.close()
    for (const client of clients.keys()) client.destroy()
  })
  target.port = String((server.address() as AddressInfo).port)
  return {
    url: target.href,
    silenceOn: (text) =>
      new Promise((caught) => {
        trigger = { text, caught }
      }),
    silence(forGood = false) {
      isDead = forGood
      for (const state of clients.values()) state.silent = true
    },
    open: () => clients.size,
  }
}
