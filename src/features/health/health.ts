import { z } from 'zod'
import manifest from '../../../package.json' with { type: 'json' }
import { instanceKey } from '../../core/access/management-key.ts'
import { sealedIn } from '../../core/master-key/boxes/count.ts'
import { readNoted } from '../../core/master-key/status.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { timeOf } from '../../platform/jobs/jobs.ts'
import { countWaiting, MOST_COUNTED } from '../../platform/jobs/store.ts'
import { pendingMigrations } from '../../platform/migrate.ts'
import { servedCertificate } from '../../platform/served-certificate.ts'
import { databaseSkew } from '../../platform/time/skew.ts'
import { trustedTime } from '../../platform/time/trusted.ts'
import { serverWhole } from '../../platform/whole.ts'

const timeOrNull = z.iso.datetime().nullable()
const upTo = `${MOST_COUNTED} at most are counted.`

const database = z
  .object({
    kind: z.enum(['sqlite', 'postgres']),
    writable: z.boolean().meta({ description: 'Whether requests can read and write now.' }),
    pending_migrations: z
      .array(z.string())
      .meta({ description: 'What its schema lacks of this release; none as a rule.' }),
  })
  .meta({ id: 'HealthOfDatabase' })

const jobs = z
  .object({
    waiting: z.int().meta({ description: `Due, and nobody is at them. ${upTo}` }),
    oldest_waiting_since: timeOrNull.meta({ description: 'Since when the first of them is due.' }),
    parked: z.int().meta({ description: `Given up after their last try. ${upTo}` }),
  })
  .meta({ id: 'HealthOfJobs' })

const clock = z
  .object({
    skew_ms: z
      .int()
      .nullable()
      .meta({ description: 'How far the database’s clock is ahead of this process’s; null when both are one.' }),
    believed: z.boolean().meta({ description: 'Whether this process goes by its clock.' }),
  })
  .meta({ id: 'HealthOfClock' })

const masterKeys = z
  .object({
    counted_at: timeOrNull.meta({
      description: 'When it was counted what hangs on them; null where the master key was never rotated, or just now.',
    }),
    keys: z.array(
      z
        .object({
          id: z.string(),
          given: z
            .enum(['newest', 'previous', 'no'])
            .meta({ description: 'What it is to this process; `no`: something hangs on it, and it is not there.' }),
          sealed: z.int().nullable().meta({ description: 'Stored values that are sealed under it.' }),
          sessions: z.int().nullable().meta({ description: 'Sessions whose refresh token hangs on it.' }),
          may_go: z.boolean().meta({ description: 'Whether it can be taken out of the configuration.' }),
        })
        .meta({ id: 'HealthOfMasterKey' }),
    ),
  })
  .meta({ id: 'HealthOfMasterKeys' })

const certificate = z
  .object({
    names: z.array(z.string()).meta({ description: 'DNS names and addresses that it is for.' }),
    not_after: z.iso.datetime(),
  })
  .meta({ id: 'HealthOfCertificate' })

export const getHealth = endpoint({
  method: 'GET',
  path: '/v2/session/health',
  audience: 'management',
  operationId: 'getHealth',
  permission: 'health:read',
  tag: 'Health',
  summary: 'Read how the instance does, as the process sees it that answers',
  access: instanceKey,
  response: z
    .object({
      version: z.string().meta({ description: 'Of Antiphon.' }),
      node: z.string().meta({ description: 'The version of Node.js.' }),
      processes: z
        .int()
        .nullable()
        .meta({ description: 'How many share the address beneath a supervisor; null: this one is alone.' }),
      database,
      jobs,
      clock,
      master_keys: masterKeys,
      certificate: certificate.nullable().meta({ description: 'Of the main listener; null where it serves no TLS.' }),
    })
    .meta({ id: 'HealthResponse' }),
  failures: [],

  async handle(_input, deps) {
    const [database, jobs, clock, master_keys] = await Promise.all([
      healthOfDatabase(deps),
      healthOfJobs(deps),
      healthOfClock(deps),
      healthOfMasterKeys(deps),
    ])
    return {
      body: {
        version: manifest.version,
        node: process.version,
        processes: deps.config.processes ?? null,
        ...{ database, jobs, clock, master_keys },
        certificate: healthOfCertificate(deps),
      },
    }
  },
})

async function healthOfDatabase(deps: Deps): Promise<z.input<typeof database>> {
  const pending_migrations = await pendingMigrations(deps.db, serverWhole(deps).get().migrations)
  return { kind: deps.databaseKind, writable: await deps.isWritable(), pending_migrations }
}

async function healthOfJobs(deps: Deps): Promise<z.input<typeof jobs>> {
  const { waiting, oldest, parked } = await countWaiting(deps.db, timeOf(deps))
  return { waiting, oldest_waiting_since: oldest === null ? null : rfc3339(oldest), parked }
}

async function healthOfClock(deps: Deps): Promise<z.input<typeof clock>> {
  const skewMs = await databaseSkew(deps)
  return { skew_ms: skewMs === undefined ? null : Math.round(skewMs), believed: trustedTime(deps).isBelieved() }
}

async function healthOfMasterKeys(deps: Deps): Promise<z.input<typeof masterKeys>> {
  const { keys, countedAt } = await readNoted(deps)
  const isCounted = countedAt !== undefined
  return {
    counted_at: isCounted ? rfc3339(countedAt) : null,
    keys: keys.map(({ id, given, mayGo, sessions, sealed }) => ({
      ...{ id, given, may_go: mayGo },
      sealed: isCounted ? sealedIn({ sealed }) : null,
      sessions: isCounted ? sessions : null,
    })),
  }
}

function healthOfCertificate(deps: Deps): z.input<typeof certificate> | null {
  const served = servedCertificate(deps).read()
  return served ? { names: [...served.names], not_after: rfc3339(served.expiresAt) } : null
}
