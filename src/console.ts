import { accessFailure } from './core/access/failures.ts'
import { forOperators } from './core/access/operator.ts'
import { directory } from './core/applications/directory.ts'
import { withAudit } from './core/audit/endpoint.ts'
import { consoleFeature } from './features/console/index.ts'
import type { Address } from './platform/config.ts'
import { type ConsoleFile, consolePages } from './platform/console-pages.ts'
import type { Deps } from './platform/deps.ts'
import { watchRequests } from './platform/drain.ts'
import { endHandshakesOnClose } from './platform/handshakes.ts'
import { type FastifyInstance, handOver, openHttp } from './platform/http.ts'
import { refuse } from './platform/refusals.ts'
import { serveEndpoint } from './platform/serve-endpoint.ts'
import { endpoints } from './server.ts'

/** How the pages of a console come by their files, by path. */
export type ConsoleFiles = () => Promise<ReadonlyMap<string, ConsoleFile>>

/**
 * The console, not yet listening: its pages, the management API for operators who are signed in, and how they do so. `anyHost`: in development, where
 * one host is everything, it is shown at any; else at none where an application answers, for cookies know no ports.
 */
export async function openConsole(deps: Deps, files: ConsoleFiles, anyHost = false): Promise<FastifyInstance> {
  const server = await openHttp(deps, { allowedOrigins: async () => [] })
  if (deps.config.tls) endHandshakesOnClose(server)
  server.addHook('onRequest', async (request, reply) => {
    if (!anyHost && (await directory(deps).isNamed(request.authority)))
      return reply.code(404).type('text/plain').send('There is nothing at this address.')
    if (!isOwnPage(request)) return refuse(request, reply, { failure: accessFailure.forbidden, message: NOT_OURS })
  })
  for (const endpoint of endpoints.filter(({ audience }) => audience === 'management'))
    serveEndpoint(server, withAudit(forOperators(endpoint)), deps)
  for (const endpoint of consoleFeature.endpoints ?? []) serveEndpoint(server, endpoint, deps)
  await consolePages(server, files)
  return server
}

/** A console that is served. */
export interface Console {
  /** URL that it listens at, where it has a listener of its own. */
  readonly address: string | undefined
  /** Take no more, finish what is under way, and cut off what is not finished `withinMs` from now. */
  finish(withinMs: number): Promise<void>
}

/** Serve the console by itself, or at its name alone on the listener of `main`, which does not listen yet. */
export async function startConsole(
  deps: Deps,
  main: FastifyInstance,
  files: ConsoleFiles,
  anyHost: boolean,
): Promise<Console> {
  const { consoleListen, consoleHost } = deps.config
  const server = await openConsole(deps, files, anyHost)
  if (consoleListen) {
    const { finish } = watchRequests(server)
    return { address: await listen(server, consoleListen, anyHost), finish }
  }
  // Its connections are those of the main listener, and end with them.
  if (consoleHost !== undefined) await handOver(main, consoleHost, server)
  return { address: undefined, finish: async () => void (await server.close()) }
}

/** In development any port will do: the one behind the first may be taken. */
async function listen(server: FastifyInstance, at: Address, anyPort: boolean): Promise<string> {
  try {
    return await server.listen({ ...at })
  } catch (error) {
    if (!anyPort || (error as { code?: unknown }).code !== 'EADDRINUSE') throw error
    return await server.listen({ ...at, port: 0 })
  }
}

const NOT_OURS = 'Calls of the console come from its own page, with `x-antiphon-console: 1`.'

/** Whether a call that changes something comes from a page of the console: no page of others can send this header. Fetch Metadata says so besides, where a browser sends it. */
function isOwnPage({ method, headers }: { method: string; headers: Record<string, unknown> }): boolean {
  const site = headers['sec-fetch-site']
  if (method === 'GET' || method === 'HEAD') return true
  return headers['x-antiphon-console'] === '1' && (site === undefined || site === 'same-origin')
}
