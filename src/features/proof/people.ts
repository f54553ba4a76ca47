import { z } from 'zod'
import { managementKey } from '../../core/access/management-key.ts'
import { type CountedUser, isLeftBehind, isLockedOut, isUnknown, mayBeLockedOut } from '../../core/proof/census.ts'
import { listRealImports, pickUsers, timesOf } from '../../core/proof/count.ts'
import { writeSamples } from '../../core/proof/exchanges.ts'
import { listSamples } from '../../core/proof/store/samples.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { nextPage, pageQuery } from '../../platform/page.ts'
import { MIGRATION_PATH, params, TAG } from './report.ts'

const people = z
  .object({
    users: z.array(
      z.object({
        id: z.string(),
        external_id: z.string().optional(),
        last_seen_there_at: z.iso.datetime().optional(),
        migrated_at: z.iso.datetime().optional(),
      }),
    ),
    next: nextPage,
  })
  .meta({ id: 'MigrationPeople' })

const viewOf = ({ id, externalId, legacySeenAt, migratedAt }: CountedUser) => ({
  id,
  ...(externalId !== null && { external_id: externalId }),
  ...(legacySeenAt !== null && { last_seen_there_at: rfc3339(legacySeenAt) }),
  ...(migratedAt !== null && { migrated_at: rfc3339(migratedAt) }),
})

const shared = {
  method: 'GET',
  audience: 'management',
  tag: TAG,
  access: managementKey,
  params,
  query: z.object(pageQuery),
  response: people,
  failures: [universal.invalid_request],
} as const

export const leftBehind = endpoint({
  ...shared,
  path: `${MIGRATION_PATH}/left_behind`,
  operationId: 'listLeftBehind',
  permission: 'migration:read',
  summary:
    'Who was active in the legacy system in the 30 days before their import and has not come. A short page need not be the last',
  async handle({ app, query: { after = '', limit } }, deps) {
    const times = timesOf(await listRealImports(deps, app.id))
    const { users, next } = await pickUsers(deps, app, after, limit, (user) => isLeftBehind(user, times))
    return { body: { users: users.map(viewOf), ...(next !== undefined && { next }) } }
  },
})

export const lockedOut = endpoint({
  ...shared,
  path: `${MIGRATION_PATH}/locked_out`,
  operationId: 'listLockedOut',
  permission: 'migration:read',
  summary:
    'Who can log in by the legacy system alone, as logins are configured now, and was active lately, or may have been. A short page need not be the last',
  async handle({ app, query: { after = '', limit } }, deps) {
    const times = timesOf(await listRealImports(deps, app.id))
    const now = deps.now()
    const isPicked = (user: CountedUser) => isLockedOut(user, times) || mayBeLockedOut(user, times, now)
    const { users, next } = await pickUsers(deps, app, after, limit, isPicked)
    return { body: { users: users.map(viewOf), ...(next !== undefined && { next }) } }
  },
})

export const unknownHere = endpoint({
  ...shared,
  path: `${MIGRATION_PATH}/unknown_here`,
  operationId: 'listUnknownHere',
  permission: 'migration:read',
  summary: 'Whom a legacy session named, and no import. A short page need not be the last',
  async handle({ app, query: { after = '', limit } }, deps) {
    const { users, next } = await pickUsers(deps, app, after, limit, isUnknown)
    return { body: { users: users.map(viewOf), ...(next !== undefined && { next }) } }
  },
})

export const refusals = endpoint({
  method: 'GET',
  path: `${MIGRATION_PATH}/refusals`,
  audience: 'management',
  operationId: 'listMigrationRefusals',
  permission: 'migration:read',
  tag: TAG,
  summary: 'What the latest legacy tokens looked like that were refused, a few of each reason, for 30 days',
  access: managementKey,
  params,
  response: z
    .object({
      refusals: z.array(
        z.object({
          reason: z.string(),
          at: z.iso.datetime(),
          token: z.object({
            kind: z.enum(['jwt', 'opaque']),
            issuer: z.string().optional(),
            subject: z.string().optional().meta({ description: 'Masked. Whoever sent the token may have made it up.' }),
            algorithm: z.string().optional(),
            expired_seconds_ago: z.int().optional(),
            characters: z.int().optional(),
          }),
        }),
      ),
    })
    .meta({ id: 'MigrationRefusals' }),
  failures: [],
  async handle({ app }, deps) {
    await writeSamples(deps)
    const rows = await listSamples(deps.db, app.id)
    return {
      body: {
        refusals: rows.map(({ reason, at, detail }) => ({ reason, at: rfc3339(at), token: JSON.parse(detail) })),
      },
    }
  },
})
