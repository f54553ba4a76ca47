import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKeyForUser } from '../../core/access/management-key.ts'
import { identityIdOf } from '../../core/federation/id.ts'
import { deleteFederatedIdentity, listFederatedIdentities } from '../../core/federation/store.ts'
import type { FederatedIdentityRow } from '../../core/federation/tables.ts'
import { tellOlderAddresses } from '../../core/messages/notice.ts'
import { readSamlConnection } from '../../core/saml-connections/connection.ts'
import { isSamlConnectionId } from '../../core/saml-connections/logs-in.ts'
import { findSamlConnection } from '../../core/saml-connections/store.ts'
import { findUser, findUserForUpdate } from '../../core/users/store.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Db } from '../../platform/db.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'

const PATH = '/v2/session/apps/{appID}/users/{userID}/federated_identities'
const TAG = 'Users'

export const listOfUser = endpoint({
  method: 'GET',
  path: PATH,
  audience: 'management',
  operationId: 'listFederatedIdentities',
  permission: 'users:read',
  tag: TAG,
  summary: 'List the accounts at identity providers that a user logs in by, oldest first',
  access: managementKeyForUser,
  params: z.object({ appID: z.string(), userID: z.string() }),
  response: z
    .object({
      federated_identities: z.array(
        z.object({
          id: z.string(),
          provider: z.string().meta({ description: 'A provider, or the id of a company’s own connection.' }),
          connection_name: z.string().optional().meta({
            description: 'What the operator calls a company’s own connection by SAML; absent once it is deleted.',
          }),
          issuer: z
            .string()
            .optional()
            .meta({ description: 'Of the subject; absent where a provider has one issuer.' }),
          subject: z.string(),
          alt_subject: z
            .string()
            .optional()
            .meta({ description: 'Names the person beyond one client. Microsoft: `tid/oid`.' }),
          email: z.string().optional().meta({ description: 'As the provider said it last; it owns nothing.' }),
          created_at: z.iso.datetime(),
        }),
      ),
    })
    .meta({ id: 'ListFederatedIdentitiesResponse' }),
  failures: [notFound],

  async handle({ app, userId, fail }, deps) {
    if (!(await findUser(deps.db, app.id, userId))) fail(notFound)
    const rows = await listFederatedIdentities(deps.db, app.id, [userId])
    const nameOf = await findConnectionNames(deps.db, app.id, rows)
    const federated_identities = rows.map((row) => ({
      id: identityIdOf(deps, row),
      provider: row.provider,
      ...nameOf.get(row.provider),
      ...(row.issuer !== '' && { issuer: row.issuer }),
      subject: row.subject,
      ...(row.alt_subject !== null && { alt_subject: row.alt_subject }),
      ...(row.email !== null && { email: row.email }),
      created_at: rfc3339(row.created_at),
    }))
    return { body: { federated_identities } }
  },
})

async function findConnectionNames(db: Db, appId: string, rows: readonly FederatedIdentityRow[]) {
  const names = new Map<string, { connection_name: string }>()
  for (const { provider } of rows) {
    const connection = isSamlConnectionId(provider) ? await findSamlConnection(db, appId, provider) : undefined
    if (connection) names.set(provider, { connection_name: readSamlConnection(connection).config.name })
  }
  return names
}

export const removeOfUser = endpoint({
  method: 'DELETE',
  path: `${PATH}/{identityID}`,
  audience: 'management',
  operationId: 'deleteFederatedIdentity',
  permission: 'users:write',
  tag: TAG,
  summary: 'Unlink an account at an identity provider from a user, even if it is the last way in',
  access: managementKeyForUser,
  params: z.object({ appID: z.string(), userID: z.string(), identityID: z.string().max(64) }),
  response: noContent,
  failures: [universal.invalid_request, notFound],

  async handle({ app, userId, params: { identityID }, fail }, deps) {
    const deleted = await deps.transact(async (tx) => {
      if (!(await findUserForUpdate(tx, app.id, userId))) return false
      const linked = await listFederatedIdentities(tx, app.id, [userId])
      const wanted = linked.find((row) => identityIdOf(deps, row) === identityID)
      if (!wanted) return false
      await deleteFederatedIdentity(tx, deps, app.id, userId, wanted)
      await tellOlderAddresses(tx, deps, app.id, userId, { change: 'identity_unlinked' })
      return true
    })
    return deleted ? {} : fail(notFound)
  },
})
