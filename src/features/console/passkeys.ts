import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { operator, operatorFailure } from '../../core/access/operator.ts'
import {
  beginOperatorPasskey,
  keepOperatorPasskey,
  MAX_OPERATOR_PASSKEYS,
  verifyOperatorPasskey,
} from '../../core/operators/passkey.ts'
import { deleteOperatorPasskey } from '../../core/operators/store/passkeys.ts'
import { attestationBody, creationOptionsObject, nicknameBody } from '../../core/passkeys/wire.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import { noteOperator } from './sign-in.ts'
import { sessionView, viewOfSession } from './wire.ts'

const PATH = '/console/passkeys'
const common = { audience: 'console', tag: 'Console', access: operator('fresh') } as const

const failure = failures({
  passkey_not_kept: ['bad_request', 'What the browser answered is no new passkey for this console. Begin again.'],
  passkey_known: ['conflict', 'This passkey is an operator’s already.'],
  too_many_passkeys: ['conflict', `An operator has at most ${MAX_OPERATOR_PASSKEYS} passkeys. Remove one first.`],
})

const FAILED = {
  gone: operatorFailure.not_signed_in,
  reused: failure.passkey_not_kept,
  known: failure.passkey_known,
  too_many: failure.too_many_passkeys,
} as const

export const beginPasskey = endpoint({
  ...common,
  method: 'POST',
  path: `${PATH}/begin`,
  operationId: 'beginConsolePasskey',
  summary: 'Begin to register a passkey',
  response: z.object({ publicKey: creationOptionsObject, registration_token: z.string() }),
  failures: [],
  async handle({ place, session: { operator } }, deps) {
    const { publicKey, token } = await beginOperatorPasskey(deps, place, operator)
    return { body: { publicKey: creationOptionsObject.parse(publicKey), registration_token: token } }
  },
})

export const finishPasskey = endpoint({
  ...common,
  method: 'POST',
  path: `${PATH}/finish`,
  operationId: 'finishConsolePasskey',
  summary: 'Register a passkey',
  body: z.object({
    registration_token: z.string().max(2000),
    credential: attestationBody,
    nickname: nicknameBody.default(''),
  }),
  response: sessionView,
  failures: [
    universal.invalid_request,
    operatorFailure.not_signed_in,
    failure.passkey_not_kept,
    failure.passkey_known,
    failure.too_many_passkeys,
  ],
  async handle({ request, place, session, body, fail }, deps) {
    const { operator } = session
    const { registration_token, credential, nickname } = body
    const verified = await verifyOperatorPasskey(deps, place, operator, registration_token, credential)
    if (verified.kind === 'refused') {
      deps.log.warn({ reason: verified.reason }, 'a new passkey was refused at the console')
      return fail(failure.passkey_not_kept)
    }
    const kept = await deps.transact(async (tx) => {
      const outcome = await keepOperatorPasskey(tx, deps, { ...verified, nickname: nickname || null })
      if (outcome !== 'kept') return outcome
      await noteOperator(tx, deps, request, operator.id, 'addConsolePasskey', { credentialID: verified.credential.id })
      return outcome
    })
    return kept === 'kept' ? { body: await viewOfSession(deps, session) } : fail(FAILED[kept])
  },
})

export const removePasskey = endpoint({
  ...common,
  method: 'DELETE',
  path: `${PATH}/{credentialID}`,
  operationId: 'removeConsolePasskey',
  summary: 'Remove a passkey of one’s own',
  params: z.object({ credentialID: z.string() }),
  response: noContent,
  failures: [notFound],
  async handle({ request, session: { operator }, params: { credentialID }, fail }, deps) {
    const isGone = await deps.transact(async (tx) => {
      if (!(await deleteOperatorPasskey(tx, operator.id, credentialID))) return false
      await noteOperator(tx, deps, request, operator.id, 'removeConsolePasskey', { credentialID })
      return true
    })
    return isGone ? {} : fail(notFound)
  },
})
