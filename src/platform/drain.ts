import type { ServerResponse } from 'node:http'
import { Server, type Socket } from 'node:net'
import type { FastifyInstance } from './http.ts'

/** How a server is taken out of service. */
export interface Drain {
  /** Go on answering for so long, each answer the last on its connection: whoever keeps connections learns in time to open them elsewhere. */
  begin(forMs: number): Promise<void>
  /**
   * Take no more connections, go on for `lingerMs` with those that there are, finish what is under way, and cut off what is not finished
   * `withinMs` from now. Connections that never carried a request, as browsers open some, are not waited for. Node 24 would.
   */
  finish(withinMs: number, lingerMs?: number): Promise<void>
}

/** Watch the requests of a server that does not listen yet. */
export function watchRequests(server: FastifyInstance): Drain {
  const { server: listener } = server
  const underWay = new Set<ServerResponse>()
  let isLeaving = false
  let isClosing = false
  const cutWhenIdle = () => {
    if (isClosing && underWay.size === 0) listener.closeAllConnections()
  }
  // Before anybody answers.
  listener.prependListener('request', (_request, response: ServerResponse) => {
    underWay.add(response)
    if (isLeaving) endAfterTheLast(underWay)
    response.once('close', () => {
      underWay.delete(response)
      cutWhenIdle()
    })
  })
  return {
    async begin(forMs) {
      isLeaving = true
      endAfterTheLast(underWay)
      await pass(forMs)
    },
    async finish(withinMs, lingerMs = 0) {
      const cut = setTimeout(() => listener.closeAllConnections(), withinMs)
      // Connections that the system took, and whose request is on its way, would be reset otherwise.
      await aQuietTurn(listener)
      stopListening(listener)
      await pass(lingerMs)
      const closed = server.close()
      isClosing = true
      cutWhenIdle()
      await closed
      clearTimeout(cut)
    },
  }
}

/** Each connection ends with the newest of its answers: what was asked in one go is answered whole. */
function endAfterTheLast(underWay: ReadonlySet<ServerResponse>): void {
  const newest = new Map<Socket, ServerResponse>()
  for (const response of underWay) {
    const earlier = newest.get(response.req.socket)
    if (earlier) earlier.shouldKeepAlive = true
    newest.set(response.req.socket, response)
  }
  for (const response of newest.values()) response.shouldKeepAlive = false
}

/** How long a turn that is short takes: at first hardly anything, and ever more while there is none. */
const SHORT_MS = 0.03
const TURNS = 200

/**
 * Let the event loop turn until one turn was short and brought no connection: by then everything is taken that the system took. One that is
 * made in the moment after is reset, and who sends much without ever asking who is ready may meet it.
 */
async function aQuietTurn(listener: Server): Promise<void> {
  let isQuiet = false
  const note = () => {
    isQuiet = false
  }
  listener.on('connection', note)
  for (let turn = 0; turn < TURNS && !isQuiet; turn++) {
    const began = performance.now()
    isQuiet = true
    await new Promise((resolve) => setImmediate(resolve))
    isQuiet &&= performance.now() - began < SHORT_MS * (1 + turn / 10)
  }
  listener.off('connection', note)
}

/** That of HTTP would close at once the connections that carry nothing at the moment. */
const stopListening = (listener: Server) => Server.prototype.close.call(listener)

const pass = async (ms: number) => {
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms))
}
