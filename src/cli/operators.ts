import { CLI } from '../core/access/actor.ts'
import { UNLIMITED } from '../core/applications/key-limits.ts'
import { tellChange } from '../core/audit/audited.ts'
import { type Invitation, invitationUrl, inviteOperator } from '../core/operators/invitation.ts'
import type { Operator } from '../core/operators/operator.ts'
import { ALL_ROLES, type Role } from '../core/operators/roles.ts'
import { addOperator } from '../core/operators/roster.ts'
import { findOperatorByEmail, listOperators } from '../core/operators/store/operators.ts'
import { rfc3339 } from '../platform/clock.ts'
import type { Config } from '../platform/config.ts'
import type { Tx } from '../platform/db.ts'
import type { Deps } from '../platform/deps.ts'
import { isLoopback } from '../platform/loopback.ts'
import { byCli } from './by-cli.ts'
import { done, misused, type Outcome, refused } from './outcome.ts'

export interface InviteFlags {
  readonly name?: string
  readonly role?: string
  /** As typed: ids with commas between. */
  readonly apps?: string
  readonly console?: string
}

const ADDRESS = /^[^\s@]+@[^\s@]+$/
const COMMANDED = { appId: '', operation: 'createOperator' }

/**
 * `antiphon operators invite`: a link for somebody new, or for an operator who has no way in any more. Who can reach the database may do that: it is
 * the way back in, too.
 */
export async function invite(deps: Deps, typed: string, flags: InviteFlags): Promise<Outcome> {
  const email = typed.trim().toLowerCase()
  if (!ADDRESS.test(email)) return misused('say whom: an e-mail address')
  const known = await findOperatorByEmail(deps.db, email)
  if (known) return await inviteAgain(deps, known, flags)
  const role = flags.role ?? ((await listOperators(deps.db)).length === 0 ? 'owner' : undefined)
  if (!isRole(role)) return misused(`--role is one of ${ALL_ROLES.join(', ')}`)
  const apps = flags.apps?.split(',').flatMap((id) => id.trim() || [])
  const given = { email, name: flags.name ?? email, role, apps, createdBy: CLI }
  const added = await byCli(deps, COMMANDED, (mine) =>
    mine.transact(async (tx) => {
      const outcome = await addOperator(tx, mine, UNLIMITED, given)
      if (outcome.kind !== 'added') return outcome
      tellChange(mine, { target: { operatorID: outcome.operator.id }, after: { email, role, apps: apps ?? null } })
      return { ...outcome, invitation: await inviteOperator(tx, mine, outcome.operator.id) }
    }),
  )
  return added.kind === 'added'
    ? tell(deps.config, added.operator, added.invitation, flags.console)
    : refused(added.kind === 'too_many' ? 'there are too many operators: remove one first' : 'somebody else was faster')
}

const isRole = (role: string | undefined): role is Role => ALL_ROLES.includes(role as Role)

async function inviteAgain(deps: Deps, known: Operator, { role, apps, console }: InviteFlags): Promise<Outcome> {
  if (role !== undefined || apps !== undefined)
    return misused(`${known.email} is here already, as ${known.role}: change that by \`operators update ${known.id}\``)
  const commanded = { appId: '', operation: 'inviteOperator', target: { operatorID: known.id } }
  const invitation = await byCli(deps, commanded, (mine) =>
    mine.transact((tx: Tx) => inviteOperator(tx, mine, known.id)),
  )
  return tell(deps.config, known, invitation, console)
}

function tell(
  config: Config,
  operator: Operator,
  { token, expiresAt }: Invitation,
  typed: string | undefined,
): Outcome {
  const origin = typed?.replace(/\/+$/, '') ?? consoleOrigin(config)
  const url = invitationUrl(origin ?? '<console>', token)
  const expires_at = rfc3339(expiresAt)
  const where = origin === undefined ? '\nPut the address of the console in the place of <console>.' : ''
  return done(
    { operator_id: operator.id, email: operator.email, role: operator.role, url, expires_at },
    `${operator.email}, ${operator.role}, gets in by this link, once, until ${expires_at}:\n\n  ${url}\n${where}`.trimEnd(),
  )
}

/** Where browsers reach the console, as far as the configuration says it. */
export function consoleOrigin({ consoleHost, consoleListen, publicScheme, tls }: Config): string | undefined {
  if (consoleHost !== undefined)
    return `${isLoopback(consoleHost.replace(/:\d+$/, '')) ? 'http' : publicScheme}://${consoleHost}`
  if (!consoleListen || !EVERYWHERE.test(consoleListen.host)) return undefined
  return `${tls ? 'https' : 'http'}://localhost:${consoleListen.port}`
}

/** What `localhost` leads to. */
const EVERYWHERE = /^(localhost|127\.0\.0\.1|::1|0\.0\.0\.0|::)$/
