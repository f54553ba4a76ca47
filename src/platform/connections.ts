import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

export interface ConnectionLimits {
  /** Browsers and proxies send one request at a time. Who sends many at once has every one of them begun before anybody else is heard. */
  readonly requestsUnderWay: number
  /** Of answers, when more is asked for. */
  readonly unreadBytes: number
  /** For one answer to be taken. */
  readonly answerMs: number
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  requestsUnderWay: 8,
  unreadBytes: 256 * 1024,
  answerMs: 30_000,
}

interface Connection {
  /** Oldest first: it is the one that is sent. */
  readonly underWay: Set<ServerResponse>
  /** Whose body still comes although it is answered. */
  answered: IncomingMessage | undefined
  /** The answer that waits to be taken, and since when. */
  waiting: { answer: ServerResponse; since: number } | undefined
}

/** Bounds what one connection may ask for and leave unread. */
export function connectionGuard(limits: ConnectionLimits = CONNECTION_LIMITS) {
  const connections = new Map<Socket, Connection>()

  function connectionOf(socket: Socket): Connection {
    const known = connections.get(socket)
    if (known) return known
    const made: Connection = { underWay: new Set(), answered: undefined, waiting: undefined }
    connections.set(socket, made)
    socket.once('close', () => connections.delete(socket))
    return made
  }

  const isGreedy = (socket: Socket, { underWay }: Connection) =>
    underWay.size >= limits.requestsUnderWay || unreadBytes(socket, underWay) > limits.unreadBytes

  return {
    /** Whether a request may be worked on. When not, its connection is closed, with all that came on it. */
    admit(request: IncomingMessage, response: ServerResponse): boolean {
      const { socket } = request
      if (socket.destroyed) return drop(request, response)
      const connection = connectionOf(socket)
      const { underWay } = connection
      if (underWay.has(response)) return true
      if (isGreedy(socket, connection)) {
        socket.destroy()
        return drop(request, response)
      }
      underWay.add(response)
      response.once('close', () => {
        underWay.delete(response)
        connection.answered = request.complete ? undefined : request
      })
      return true
    },
    /** The answers that a connection waits for, oldest first. */
    underWay: (socket: Socket): readonly ServerResponse[] => [...(connections.get(socket)?.underWay ?? [])],
    /** Whether what comes is the rest of a request that is answered already. */
    isAnswered: (socket: Socket): boolean => connections.get(socket)?.answered?.complete === false,
    /** Close connections that do not take their answers. `now` is monotonic, ms; called every few seconds. */
    sweep(now: number): void {
      for (const [socket, connection] of connections) {
        const [first] = connection.underWay
        const answer = first?.writableEnded ? first : undefined
        if (!answer) connection.waiting = undefined
        else if (connection.waiting?.answer !== answer) connection.waiting = { answer, since: now }
        else if (now - connection.waiting.since >= limits.answerMs) socket.destroy()
        if (connection.underWay.size > 1 && unreadBytes(socket, connection.underWay) > limits.unreadBytes)
          socket.destroy()
      }
    },
  }
}

/** Ended here and without an error, for Node would make one for each, which costs more than all the rest of it. */
function drop(request: IncomingMessage, response: ServerResponse): false {
  request.destroy()
  response.destroy()
  return false
}

export type ConnectionGuard = ReturnType<typeof connectionGuard>

/** What the socket still holds, and the answers that wait for their turn. */
function unreadBytes(socket: Socket, underWay: ReadonlySet<ServerResponse>): number {
  let bytes = socket.writableLength
  for (const answer of underWay) if (answer.socket === null) bytes += answer.writableLength
  return bytes
}
