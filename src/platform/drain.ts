import type { ServerResponse } from 'node:http'
import type { FastifyInstance } from './http.ts'

/** How a server is taken out of service. */
export interface Drain {
  /** Go on answering for so long, each answer the last on its connection: whoever keeps connections learns in time to open them elsewhere. */
  begin(forMs: number): Promise<void>
  /**
   * Take no more, finish what is under way, and cut off what is not finished after so long. Connections that never carried a request, as
   * browsers open some, are not waited for. Node 24 would.
   */
  finish(withinMs: number): Promise<void>
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
    if (isLeaving) response.shouldKeepAlive = false
    underWay.add(response)
    response.once('close', () => {
      underWay.delete(response)
      cutWhenIdle()
    })
  })
  return {
    async begin(forMs) {
      isLeaving = true
      for (const response of underWay) response.shouldKeepAlive = false
      if (forMs > 0) await new Promise((resolve) => setTimeout(resolve, forMs))
    },
    async finish(withinMs) {
      const cut = setTimeout(() => listener.closeAllConnections(), withinMs)
      const closed = server.close()
      isClosing = true
      cutWhenIdle()
      await closed
      clearTimeout(cut)
    },
  }
}
