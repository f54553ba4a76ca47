import { z } from 'zod'
import { accessToken } from '../../core/access/access-token.ts'
import { accessFailure, notFound, scopeChallenge } from '../../core/access/failures.ts'
import { identityIdOf } from '../../core/federation/id.ts'
import { deleteFederatedIdentity, listFederatedIdentities } from '../../core/federation/store.ts'
import { spendScope } from '../../core/grants/spend.ts'
import { tellOlderAddresses } from '../../core/messages/notice.ts'
import { waysInFailure } from '../../core/ways-in/failures.ts'
import { findWaysIn, isEnoughWithout } from '../../core/ways-in/ways-in.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { undo } from '../../platform/db.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'

const SCOPE = 'prld:identities:write'
const PATH = '/v1/session/me/identities'
const TAG = 'Session Management'

export const listOwn = endpoint({
  method: 'GET',
  path: PATH,
  audience: 'frontend',
  operationId: 'listIdentities',
  tag: TAG,
  summary: 'List the accounts at identity providers that the signed-in user logs in by, oldest first',
  access: accessToken,
  response: z
    .object({
      identities: z.array(
        z.object({
          id: z.string().meta({ description: 'Stays as long as the account is linked.' }),
          provider: z.string(),
          email: z.string().optional().meta({ description: 'As the provider said it last.' }),
          created_at: z.iso.datetime(),
        }),
      ),
    })
    .meta({ id: 'ListIdentitiesResponse' }),
  failures: [],

  async handle({ app, caller }, deps) {
    const rows = await listFederatedIdentities(deps.db, app.id, [caller.userId])
    const identities = rows.map((row) => ({
      id: identityIdOf(deps, row),
      provider: row.provider,
      ...(row.email !== null && { email: row.email }),
      created_at: rfc3339(row.created_at),
    }))
    return { body: { identities } }
  },
})

type Outcome = 'ended' | 'removed' | 'insufficient_scope' | 'unknown' | 'last'

export const removeOwn = endpoint({
  method: 'DELETE',
  path: `${PATH}/{id}`,
  audience: 'frontend',
  operationId: 'removeIdentity',
  tag: TAG,
  summary: `Unlink an account at an identity provider from the signed-in user. Uses up the scope \`${SCOPE}\``,
  access: accessToken,
  params: z.object({ id: z.string().max(64) }),
  response: noContent,
  failures: [
    universal.bad_request,
    accessFailure.unauthorized,
    accessFailure.insufficient_scope,
    notFound,
    waysInFailure.last_way_in,
  ],

  async handle({ app, caller, params: { id }, fail }, deps) {
    const refuse = () => fail(accessFailure.insufficient_scope, { headers: scopeChallenge(SCOPE) })
    if (!caller.scopes.includes(SCOPE)) refuse()
    const outcome = await deps.transact<Outcome>(async (tx) => {
      // Whoever removes another way in of theirs waits here, so that one stays.
      const spending = await spendScope(tx, deps, app.id, caller, SCOPE)
      if (spending !== 'spent') return spending
      const linked = await listFederatedIdentities(tx, app.id, [caller.userId])
      const wanted = linked.find((row) => identityIdOf(deps, row) === id)
      if (!wanted) return undo<Outcome>('unknown')
      if (!isEnoughWithout(await findWaysIn(tx, app, caller.userId), wanted)) return undo<Outcome>('last')
      await deleteFederatedIdentity(tx, deps, app.id, caller.userId, wanted)
      await tellOlderAddresses(tx, deps, app.id, caller.userId, { change: 'identity_unlinked' })
      return 'removed'
    })

    if (outcome === 'ended') fail(accessFailure.unauthorized)
    if (outcome === 'insufficient_scope') refuse()
    if (outcome === 'unknown') fail(notFound)
    if (outcome === 'last') fail(waysInFailure.last_way_in)
    return {}
  },
})
