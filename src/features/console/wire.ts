import { z } from 'zod'
import manifest from '../../../package.json' with { type: 'json' }
import type { Application } from '../../core/applications/application.ts'
import { directory } from '../../core/applications/directory.ts'
import { listApplicationsAfter } from '../../core/applications/store.ts'
import type { Operator } from '../../core/operators/operator.ts'
import { ALL_ROLES, permissionsOf } from '../../core/operators/roles.ts'
import { type OperatorSession, provenUntil } from '../../core/operators/session.ts'
import { listOperatorPasskeys } from '../../core/operators/store/passkeys.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { ALL_PERMISSIONS } from '../../platform/permissions.ts'

const MAX_SHOWN = 200

const time = z.iso.datetime()

/** What a console knows of whoever is signed in. */
export const sessionView = z.object({
  operator: z.object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    role: z.enum(ALL_ROLES),
    apps: z.array(z.string()).nullable(),
    permissions: z.array(z.enum(ALL_PERMISSIONS)),
  }),
  session: z.object({ method: z.string(), started_at: time, ends_at: time, proven_until: time }),
  applications: z.array(z.object({ id: z.string(), name: z.string(), mode: z.enum(['dev', 'prod']) })),
  passkeys: z.array(
    z.object({
      credential_id: z.string(),
      nickname: z.string().nullable(),
      created_at: time,
      last_used_at: time.nullable(),
    }),
  ),
  version: z.string(),
})

export async function viewOfSession(
  deps: Deps,
  { operator, row }: OperatorSession,
): Promise<z.input<typeof sessionView>> {
  const [passkeys, applications] = await Promise.all([
    listOperatorPasskeys(deps.db, operator.id),
    listApplicationsOf(deps, operator),
  ])
  const { id, name, email, role, apps } = operator
  return {
    operator: {
      id,
      name,
      email,
      role,
      apps: apps ? [...apps] : null,
      permissions: [...(permissionsOf(role) ?? ALL_PERMISSIONS)],
    },
    session: {
      method: row.method,
      started_at: rfc3339(row.started_at),
      ends_at: rfc3339(row.expires_at),
      proven_until: rfc3339(provenUntil(row)),
    },
    applications: applications.map(({ id, name, mode }) => ({ id, name, mode })),
    passkeys: passkeys.map(({ credential_id, nickname, created_at, last_used_at }) => ({
      credential_id,
      nickname,
      created_at: rfc3339(created_at),
      last_used_at: last_used_at === null ? null : rfc3339(last_used_at),
    })),
    version: manifest.version,
  }
}

/** Those that an operator works with, by id. Of an instance with more than can be shown the first. */
async function listApplicationsOf(deps: Deps, { apps }: Operator): Promise<readonly Application[]> {
  if (apps === undefined) return await listApplicationsAfter(deps.db, undefined, MAX_SHOWN)
  const found = await Promise.all(apps.map((id) => directory(deps).find(id)))
  return found.filter((app) => app !== undefined)
}
