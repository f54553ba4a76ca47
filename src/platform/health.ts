import fastify from 'fastify'
import { ping } from './db.ts'
import type { Deps } from './deps.ts'
import { evenUnderPressure, type FastifyInstance } from './http.ts'

export interface Health {
  /** From now on not ready: traffic should go elsewhere. */
  drain(): void
  close(): Promise<void>
}

/**
 * `/livez`, `/readyz` and `/metrics`. With a listener of its own, metrics are told there alone, for they are nobody else's business; the
 * other two are told there as well, so that a probe hears "not ready" while the main listener is already closed.
 */
export async function openHealth(deps: Deps, server: FastifyInstance): Promise<Health> {
  const { metricsListen } = deps.config
  const own = metricsListen && (fastify() as unknown as FastifyInstance)
  let draining = false
  for (const listener of own ? [server, own] : [server]) {
    listener.get('/livez', evenUnderPressure, (_request, reply) => reply.send({ status: 'alive' }))
    listener.get('/readyz', async (_request, reply) => {
      const ready = !draining && (await isReachable(deps))
      return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' })
    })
  }
  const { registry } = deps.metrics
  const metrics = own ?? server
  metrics.get('/metrics', evenUnderPressure, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  )
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

async function isReachable(deps: Deps): Promise<boolean> {
  return await ping(deps.db).then(
    () => true,
    () => false,
  )
}
