import fastify from 'fastify'
import type { Deps } from './deps.ts'
import { evenUnderPressure, type FastifyInstance } from './http.ts'
import { countsOf, metricsText } from './metrics.ts'
import { type Look, lookAtProcess, lookForMetrics } from './metrics-look.ts'

/** What else must hold for a process to be sent traffic. */
export interface Readiness {
  /** One word for who asks why it does not. */
  readonly reason: string
  /** Never waits for long: a probe asks. */
  holds(): boolean | Promise<boolean>
}

export interface Health {
  /** From now on not ready: traffic should go elsewhere. */
  drain(): void
  close(): Promise<void>
}

/**
 * `/livez` and `/readyz`, and `/metrics` on a listener of its own, for they are nobody else's business; on the main one only when the
 * operator asks for it, with what `looks` set. The other two are told on both, so that a probe hears "not ready" while the main listener is already closed. `pages`: what
 * else whoever operates the process is shown there, and there alone.
 */
export async function openHealth(
  deps: Deps,
  server: FastifyInstance,
  demands: readonly Readiness[] = [],
  looks: readonly Look[] = [],
  pages?: (listener: FastifyInstance) => Promise<void>,
): Promise<Health> {
  const { metricsListen, metricsPublic } = deps.config
  const own = metricsListen && (fastify() as unknown as FastifyInstance)
  let draining = false
  for (const listener of own ? [server, own] : [server]) {
    listener.get('/livez', evenUnderPressure, (_request, reply) => reply.send({ status: 'alive' }))
    listener.get('/readyz', async (_request, reply) => {
      if (draining) return reply.code(503).send({ status: 'not ready' })
      const reason = await firstUnmet([{ reason: 'database', holds: deps.isWritable }, ...demands])
      return reason === undefined
        ? reply.send({ status: 'ready' })
        : reply.code(503).send({ status: 'not ready', reason })
    })
  }
  const text = metricsText({ ...deps, read: () => readMetrics(deps, looks) })
  tellSupervisor(deps, looks)
  for (const listener of [...(own ? [own] : []), ...(metricsPublic ? [server] : [])]) {
    listener.get('/metrics', evenUnderPressure, async (_request, reply) =>
      reply.type(deps.metrics.registry.contentType).send(await text()),
    )
  }
  if (own) await pages?.(own)
  if (own && metricsListen) await own.listen({ ...metricsListen })
  return {
    drain() {
      draining = true
    },
    async close() {
      await own?.close()
    },
  }
}

/** Those of all processes where there are several; of this one alone when nobody tells them. */
async function readMetrics(deps: Deps, looks: readonly Look[]): Promise<string> {
  const summed = await deps.supervisor?.summed()
  if (summed !== undefined) return summed
  await lookForMetrics(deps, looks)
  return await deps.metrics.registry.metrics()
}

/** Tell the supervisor what is counted here, whenever it asks. */
function tellSupervisor(deps: Deps, looks: readonly Look[]): void {
  deps.supervisor?.onCount(async (hasToLook) => {
    if (hasToLook) await lookForMetrics(deps, looks)
    else lookAtProcess(deps)
    return await countsOf(deps.metrics)
  })
}

async function firstUnmet(demands: readonly Readiness[]): Promise<string | undefined> {
  for (const { reason, holds } of demands) if (!(await holds())) return reason
  return undefined
}
