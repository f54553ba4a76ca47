/**
 * An imitation of PgBouncer for tests: it refuses parameters of a connection that it does not know, tells a process number of its own, and
 * in transaction mode gives each transaction another connection to the server, the one that was used longest ago.
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { after } from 'node:test'

const KNOWN = [
  'user',
  'database',
  'client_encoding',
  'datestyle',
  'timezone',
  'standard_conforming_strings',
  'application_name',
]
const SSL_REQUEST = 80877103
const PROTOCOL_3 = 196608

const int32 = (value: number) => {
  const buffer = Buffer.alloc(4)
  buffer.writeInt32BE(value)
  return buffer
}
const message = (type: string, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body])
}
const text = (...words: string[]) => Buffer.from(words.map((word) => `${word}\0`).join(''))
const READY = message('Z', Buffer.from('I'))
const WELCOME = Buffer.concat([
  message('R', int32(0)),
  message('S', text('client_encoding', 'UTF8')),
  message('S', text('standard_conforming_strings', 'on')),
  message('K', int32(1), int32(1)),
  READY,
])

/** Calls back with each whole message of a stream. The first ones of a client have no type before their length. */
function onMessages(socket: Socket, isUntyped: () => boolean, take: (whole: Buffer) => unknown) {
  let held: Buffer = Buffer.alloc(0)
  socket.on('data', (data: Buffer) => {
    held = Buffer.concat([held, data])
    for (;;) {
      const offset = isUntyped() ? 0 : 1
      if (held.length < offset + 4) return
      const size = offset + held.readInt32BE(offset)
      if (held.length < size) return
      const whole = held.subarray(0, size)
      held = held.subarray(size)
      take(whole)
    }
  })
}

interface Link {
  readonly socket: Socket
  client: Socket | undefined
}

export interface PoolerOptions {
  readonly mode: 'session' | 'transaction'
  /** Connections to the server. */
  readonly size?: number
}

/** Answers the given URL by way of a pooler. */
export async function startPooler(url: string, { mode, size = 3 }: PoolerOptions): Promise<string> {
  const target = new URL(url)
  const free: Link[] = []
  const assigned = new Map<Socket, Link>()
  /** What clients have sent while every connection was taken, the first to wait first. */
  const held = new Map<Socket, Buffer[]>()
  const sockets = new Set<Socket>()
  let isOver = false

  const assign = (client: Socket, link: Link, whole: readonly Buffer[]) => {
    link.client = client
    assigned.set(client, link)
    for (const one of whole) link.socket.write(one)
  }
  const forward = (client: Socket, whole: Buffer) => {
    const known = assigned.get(client)
    const link = known ?? free.shift()
    if (link) assign(client, link, [whole])
    else held.set(client, [...(held.get(client) ?? []), whole])
  }
  const giveFree = (link: Link) => {
    link.client = undefined
    const [next] = held
    if (next) {
      held.delete(next[0])
      assign(next[0], link, next[1])
    } else free.push(link)
  }
  const dial = () => {
    const socket = connect(Number(target.port), target.hostname)
    sockets.add(socket)
    const link: Link = { socket, client: undefined }
    const words = text('user', target.username, 'database', target.pathname.slice(1), '')
    socket.write(Buffer.concat([int32(words.length + 8), int32(PROTOCOL_3), words]))
    let isUp = false
    onMessages(
      socket,
      () => false,
      (whole) => {
        const isIdle = whole[0] === READY[0] && whole[5] === READY[5]
        const { client } = link
        if (isUp) client?.write(whole)
        if (!isIdle || (isUp && mode === 'session')) return
        isUp = true
        if (client) assigned.delete(client)
        giveFree(link)
      },
    )
    socket
      .on('error', () => {})
      .on('close', () => {
        sockets.delete(socket)
        link.client?.destroy()
      })
  }
  const server = createServer((client) => {
    sockets.add(client)
    let isIn = false
    onMessages(
      client,
      () => !isIn,
      (whole) => {
        if (isIn && whole[0] === 'X'.charCodeAt(0)) return client.end()
        if (isIn) return forward(client, whole)
        if (whole.readInt32BE(4) === SSL_REQUEST) return client.write('N')
        const words = whole.subarray(8).toString().split('\0')
        const unknown = words.find((word, i) => i % 2 === 0 && word !== '' && !KNOWN.includes(word))
        if (unknown) {
          const fields = text('SFATAL', 'VFATAL', 'C08P01', `Munsupported startup parameter: ${unknown}`, '')
          return client.end(message('E', fields))
        }
        isIn = true
        client.write(WELCOME)
      },
    )
    client
      .on('error', () => {})
      .on('close', () => {
        sockets.delete(client)
        held.delete(client)
        const link = assigned.get(client)
        assigned.delete(client)
        if (!link) return
        // What it left behind dies with the connection.
        if (isOver) return
        link.client = undefined
        link.socket.destroy()
        dial()
      })
  }).listen(0, '127.0.0.1')
  for (let i = 0; i < size; i++) dial()
  await once(server, 'listening')
  after(() => {
    isOver = true
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const pooled = new URL(url)
  pooled.port = String((server.address() as AddressInfo).port)
  return pooled.href
}
