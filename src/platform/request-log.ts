import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Deps } from './deps.ts'
import type { SignIn } from './endpoint.ts'
import { tellSignIn } from './sign-ins.ts'
import { traceIdOf } from './traces/span.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The endpoint that answers at the route. */
    operation?: string
    signIn?: SignIn | undefined
  }
  interface FastifyRequest {
    /** Id of the application that it is for, once that is found out. */
    appId: string | undefined
    /** Code of the failure that it was answered with. */
    refusedBy: string | undefined
  }
}

/** What is no endpoint's, in place of an operation: a preflight, and whatever leads nowhere. */
const PREFLIGHT = 'preflight'
const NOWHERE = 'none'

/** Undefined for pages and health checks, which are none of the API, and for what another server answers. */
export function operationOf({ routeOptions, method, is404, isAnotherServers }: FastifyRequest): string | undefined {
  if (isAnotherServers) return undefined
  if (routeOptions.config?.operation !== undefined) return routeOptions.config.operation
  if (method === 'OPTIONS') return PREFLIGHT
  return is404 ? NOWHERE : undefined
}

/**
 * Count and time every answer of the API, and write a line of the log for each: who asked for what is not in it, nor anything that they sent.
 * By `request_id`, which every answer carries, it is found again.
 */
export function tellRequests(server: FastifyInstance, deps: Deps): void {
  const write = lineWriter(deps)
  server.decorateRequest('appId', undefined)
  server.decorateRequest('refusedBy', undefined)
  server.addHook('onResponse', (request, reply, done) => {
    const operation = operationOf(request)
    if (operation !== undefined) {
      count(deps, operation, request, reply)
      write(operation, request, reply)
    }
    const way = request.routeOptions.config?.signIn
    if (way !== undefined) tellSignIn(deps, way, request, reply)
    done()
  })
}

function count({ metrics }: Deps, operation: string, { refusedBy }: FastifyRequest, reply: FastifyReply): void {
  const { statusCode: status, elapsedTime } = reply
  metrics.requests.inc({ operation, status })
  metrics.durations.observe({ operation, class: `${Math.floor(status / 100)}xx` }, elapsedTime / 1000)
  if (refusedBy !== undefined) metrics.refusals.inc({ operation, code: refusedBy })
}

type Write = (operation: string, request: FastifyRequest, reply: FastifyReply) => void

/** Lines hold our own words and numbers alone, so that nothing needs to be looked for and struck out: that costs more than the line. */
function lineWriter({ config, log }: Deps): Write {
  if (!config.logRequests || !log.isLevelEnabled('info')) return () => {}
  const bare = log.child({}, { redact: [] })
  return (operation, { id, appId, refusedBy, trace }, { statusCode, elapsedTime }) => {
    const ms = Math.round(elapsedTime * 10) / 10
    const members = { operation, status: statusCode, code: refusedBy, ms, request_id: id, app: appId }
    bare.info(trace ? { ...members, trace_id: traceIdOf(trace) } : members, 'answered')
  }
}
