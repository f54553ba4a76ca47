import fastify from 'fastify'
import { ping } from './db.ts'
import type { Deps } from './deps.ts'
import type { FastifyInstance } from './http.ts'

export interface Health {
  /** From now on not ready: traffic should go elsewhere. */
  drain(): void
  close(): Promise<void>
}

/** `/livez`, `/readyz` and `/metrics`; the last on a listener of its own when one is configured, for it is nobody else's business. */
export async function openHealth(deps: Deps, server: FastifyInstance): Promise<Health> {
  let draining = false
  server.get('/livez', (_request, reply) => reply.send({ status: 'alive' }))
  server.get('/readyz', async (_request, reply) => {
    const ready = !draining && (await isReachable(deps))
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' })
  })

  const { metricsListen } = deps.config
  const own = metricsListen ? (fastify() as unknown as FastifyInstance) : undefined
  const { registry } = deps.metrics
  const target = own ?? server
  target.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()))
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
