import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKeyForUser } from '../../core/access/management-key.ts'
import { tellOlderAddresses } from '../../core/messages/notice.ts'
import { passkeyRecord, removePasskeys } from '../../core/passkeys/passkey.ts'
import { listPasskeys } from '../../core/passkeys/store/passkeys.ts'
import { findUser, findUserForUpdate } from '../../core/users/store.ts'
import { readCredentialId } from '../../crypto/webauthn-response.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'

const PATH = '/v2/session/apps/{appID}/users/{userID}/passkeys'
const TAG = 'Users'

const params = z.object({ appID: z.string(), userID: z.string() })

const passkey = z
  .object({
    credential_id: z.string(),
    nickname: z.string().optional(),
    rp_id: z.string().meta({ description: 'It opens nothing while another one is configured.' }),
    aaguid: z.string().meta({ description: 'The model of the authenticator, as the client says.' }),
    transports: z.array(z.string()),
    backup_eligible: z.boolean().meta({ description: 'Whether it may be synced to other devices.' }),
    backup_state: z.boolean().meta({ description: 'Whether it is.' }),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime().optional(),
  })
  .meta({ id: 'UserPasskey' })

export const listOfUser = endpoint({
  method: 'GET',
  path: PATH,
  audience: 'management',
  operationId: 'listUserPasskeys',
  permission: 'users:read',
  tag: TAG,
  summary: 'List the passkeys of a user, oldest first',
  access: managementKeyForUser,
  params,
  response: z.object({ passkeys: z.array(passkey) }).meta({ id: 'ListUserPasskeysResponse' }),
  failures: [notFound],

  async handle({ app, userId, fail }, deps) {
    if (!(await findUser(deps.db, app.id, userId))) fail(notFound)
    const rows = await listPasskeys(deps.db, app.id, [userId])
    return { body: { passkeys: rows.map(passkeyRecord) } }
  },
})

/** Delete one passkey of a user's, or all, even if nothing else logs them in. Answers how many there were; undefined where there is no such user. */
async function removeFor(
  deps: Deps,
  appId: string,
  userId: string,
  credentialId?: string,
): Promise<number | undefined> {
  return await deps.transact(async (tx) => {
    if (!(await findUserForUpdate(tx, appId, userId))) return undefined
    const deleted = await removePasskeys(tx, deps, appId, userId, { credentialId })
    if (deleted > 0) await tellOlderAddresses(tx, deps, appId, userId, { change: 'passkey_removed' })
    return deleted
  })
}

export const removeAllOfUser = endpoint({
  method: 'DELETE',
  path: PATH,
  audience: 'management',
  operationId: 'deleteUserPasskeys',
  permission: 'users:write',
  tag: TAG,
  summary: 'Delete every passkey of a user, even if nothing else logs them in',
  access: managementKeyForUser,
  params,
  response: z
    .object({ deleted: z.int().meta({ description: 'How many there were.' }) })
    .meta({ id: 'DeleteUserPasskeysResponse' }),
  failures: [notFound],

  async handle({ app, userId, fail }, deps) {
    const deleted = await removeFor(deps, app.id, userId)
    return { body: { deleted: deleted ?? fail(notFound) } }
  },
})

export const removeOfUser = endpoint({
  method: 'DELETE',
  path: `${PATH}/{credentialID}`,
  audience: 'management',
  operationId: 'deleteUserPasskey',
  permission: 'users:write',
  tag: TAG,
  summary: 'Delete a passkey of a user, say of a device that was lost, even if nothing else logs them in',
  access: managementKeyForUser,
  params: params.extend({ credentialID: z.string().meta({ description: 'Base64url.' }) }),
  response: noContent,
  failures: [notFound],

  async handle({ app, userId, params: { credentialID }, fail }, deps) {
    const credentialId = readCredentialId(credentialID) ?? fail(notFound)
    return (await removeFor(deps, app.id, userId, credentialId)) ? {} : fail(notFound)
  },
})
