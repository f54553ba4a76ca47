import { z } from 'zod'
import { accessToken } from '../../core/access/access-token.ts'
import { accessFailure, notFound } from '../../core/access/failures.ts'
import { isStillSignedIn } from '../../core/grants/spend.ts'
import { passkeyObject, passkeyView } from '../../core/passkeys/passkey.ts'
import { deleteOwnPasskey } from '../../core/passkeys/removal.ts'
import { listPasskeys, updateNickname } from '../../core/passkeys/store/passkeys.ts'
import { nicknameBody } from '../../core/passkeys/wire.ts'
import { waysInFailure } from '../../core/ways-in/failures.ts'
import { readCredentialId } from '../../crypto/webauthn-response.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { PATH, TAG } from './wire.ts'

const params = z.object({ credential_id: z.string().meta({ description: 'Base64url.' }) })

export const listOwn = endpoint({
  method: 'GET',
  path: PATH,
  audience: 'frontend',
  operationId: 'listPasskeys',
  tag: TAG,
  summary: 'List the passkeys of the signed-in user, oldest first',
  access: accessToken,
  response: z.object({ credentials: z.array(passkeyObject) }).meta({ id: 'ListPasskeysResponse' }),
  failures: [],

  async handle({ app, caller }, deps) {
    const passkeys = await listPasskeys(deps.db, app.id, [caller.userId])
    return { body: { credentials: passkeys.map(passkeyView) } }
  },
})

export const renameOwn = endpoint({
  method: 'PATCH',
  path: `${PATH}/{credential_id}`,
  audience: 'frontend',
  operationId: 'renamePasskey',
  tag: TAG,
  summary: 'Name a passkey of the signed-in user',
  access: accessToken,
  params,
  body: z.object({ nickname: nicknameBody.meta({ description: 'Empty: none.' }) }).meta({ id: 'RenamePasskeyRequest' }),
  response: noContent,
  failures: [universal.bad_request, notFound],

  async handle({ app, caller, params: { credential_id }, body, fail }, deps) {
    const id = readCredentialId(credential_id) ?? fail(notFound)
    const isNamed = await deps.transact((tx) => updateNickname(tx, app.id, caller.userId, id, body.nickname))
    return isNamed ? {} : fail(notFound)
  },
})

type Removal = Awaited<ReturnType<typeof deleteOwnPasskey>> | 'ended'

export const deleteOwn = endpoint({
  method: 'DELETE',
  path: `${PATH}/{credential_id}`,
  audience: 'frontend',
  operationId: 'deletePasskey',
  tag: TAG,
  summary: 'Delete a passkey of the signed-in user, unless nothing else logs them in',
  access: accessToken,
  params,
  response: noContent,
  failures: [universal.bad_request, accessFailure.unauthorized, notFound, waysInFailure.last_way_in],

  async handle({ app, caller, params: { credential_id }, fail }, deps) {
    const { userId, sessionId } = caller
    const credentialId = readCredentialId(credential_id) ?? fail(notFound)
    const outcome = await deps.transact<Removal>(async (tx) => {
      // Whoever takes another way in from them waits here, so that one stays.
      if (!(await isStillSignedIn(tx, deps, app.id, caller))) return 'ended'
      return await deleteOwnPasskey(tx, deps, app, { userId, sessionId, credentialId })
    })
    if (outcome === 'ended') return fail(accessFailure.unauthorized)
    if (outcome === 'unknown') return fail(notFound)
    if (outcome === 'last') return fail(waysInFailure.last_way_in)
    return {}
  },
})
