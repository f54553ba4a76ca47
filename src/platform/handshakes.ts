import type { Socket } from 'node:net'
import type { FastifyInstance } from './http.ts'

/**
 * End connections that are in their TLS handshake when the server closes, and those that begin one later. They have asked for nothing,
 * yet closing would wait for them: two minutes for one that says nothing, and forever for one that ends its handshake a moment later.
 */
export function endHandshakesOnClose(server: FastifyInstance): void {
  const shaking = new Map<string, Socket>()
  let closing = false
  server.server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket)
    shaking.set(peer, socket)
    socket.once('close', () => shaking.delete(peer))
    if (closing) socket.destroy()
  })
  server.server.on('secureConnection', (socket: Socket) => shaking.delete(peerOf(socket)))
  server.addHook('preClose', async () => {
    closing = true
    for (const socket of shaking.values()) socket.destroy()
  })
}

const peerOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`
