import { lookAsAsked } from '../../core/domains/jobs.ts'
import { tlsNames } from '../../core/domains/tls-names.ts'
import { reportTrouble } from '../../platform/db-trouble.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import type { FastifyInstance } from '../../platform/http.ts'
import { inProcessLimit } from '../../platform/limits/in-process.ts'

/** A name as TLS has it: no address, no trailing dot, A-labels. RFC 6066 §3. */
const NAME = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i

/** A name that waits for its certificate is looked at as often as this because a proxy asks. */
const LOOK_EVERY_MS = 600_000
const askedFor = resident(() => inProcessLimit(LOOK_EVERY_MS))

/**
 * `GET /internal/tls/ask?domain=`, for proxies that get certificates on demand: 200 for a name that an application has proven, 404 for any other. It asks nobody, so
 * that whoever invents names costs a look into memory, and the loss of the database takes no certificate away.
 */
export function tlsAsk(listener: FastifyInstance, deps: Deps): void {
  listener.get('/internal/tls/ask', (request, reply) => {
    reply.header('cache-control', 'no-store')
    const { domain } = request.query as Readonly<Record<string, unknown>>
    if (typeof domain !== 'string' || !NAME.test(domain)) return reply.code(400).send({ status: 'no domain name' })
    const known = tlsNames(deps).find(domain.toLowerCase())
    if (!known) return reply.code(404).send({ status: 'unknown' })
    if (known.status === 'issuing' && askedFor(deps).take(known.id, 1, deps.monotonic()))
      lookAsAsked(deps, known).catch(reportTrouble(deps))
    return reply.send({ status: known.status })
  })
}
