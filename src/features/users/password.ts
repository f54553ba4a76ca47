import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKeyForUser } from '../../core/access/management-key.ts'
import { deleteGrantsOfProfile } from '../../core/grants/store.ts'
import { UNCONFIGURED } from '../../core/passwords/config.ts'
import { passwordRow } from '../../core/passwords/credential.ts'
import { passwordFailure } from '../../core/passwords/failures.ts'
import { hashingRetry, hashNewPassword, hashPath } from '../../core/passwords/hashing.ts'
import { judgeHash } from '../../core/passwords/secrets.ts'
import { passwordConfigs, putPassword } from '../../core/passwords/store.ts'
import { tellPasswordChanged } from '../../core/passwords/tell.ts'
import { endSessions } from '../../core/sessions/end.ts'
import { findUserForUpdate } from '../../core/users/store.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { TAG, USER_PATH, userParams } from './view.ts'

/** The members by which a user is given a password. */
export const passwordMembers = {
  password: z.string().optional().meta({ description: 'In clear text. It must meet the rules of the application.' }),
  password_hash: z.string().optional().meta({
    description:
      'A hash that another system made. Which ones: `docs/guide/password-hash-forms.md`. It is renewed at the first login.',
  }),
}

export const ONE_OF_BOTH = 'takes either password or password_hash'

export const passwordFailures = [
  passwordFailure.invalid_password,
  passwordFailure.invalid_password_hash,
  passwordFailure.unknown_password_secret,
  universal.overloaded,
] as const

interface Given {
  readonly password?: string | undefined
  readonly password_hash?: string | undefined
}

type ReadPassword =
  /** What to store; undefined when nothing was given. */
  | { kind: 'read'; hash: string | undefined }
  | {
      kind: 'refused'
      failure: (typeof passwordFailures)[number]
      extra: { message?: string; headers?: Record<string, string> }
    }

/** The hash of the password that was given, or the one that was given itself. */
export async function readPassword(deps: Deps, appId: string, given: Given, ip: string): Promise<ReadPassword> {
  if (given.password_hash !== undefined) return await readHash(deps, appId, given.password_hash)
  if (given.password === undefined) return { kind: 'read', hash: undefined }
  const config = (await passwordConfigs.find(deps.db, appId))?.config ?? UNCONFIGURED
  const hashed = await hashNewPassword(deps, config, hashPath(appId, 'known', ip), given.password)
  switch (hashed.kind) {
    case 'hashed':
      return { kind: 'read', hash: hashed.hash }
    case 'invalid':
      return { kind: 'refused', failure: passwordFailure.invalid_password, extra: { message: hashed.fault } }
    case 'overloaded':
      return { kind: 'refused', failure: universal.overloaded, extra: { headers: hashingRetry } }
  }
}

async function readHash(deps: Deps, appId: string, text: string): Promise<ReadPassword> {
  const judged = await judgeHash(deps.db, appId, text)
  if (judged.kind === 'accepted') return { kind: 'read', hash: judged.hash }
  const extra = { message: `body.password_hash: ${judged.problem}` }
  return { kind: 'refused', failure: passwordFailure[judged.code], extra }
}

export const setPassword = endpoint({
  method: 'PUT',
  path: `${USER_PATH}/password`,
  audience: 'management',
  operationId: 'setUserPassword',
  permission: 'users:write',
  sudo: true,
  tag: TAG,
  summary: 'Give a user a password, in the place of the one before: in clear text, or as a hash of another system',
  access: managementKeyForUser,
  params: userParams,
  body: z
    .object({
      ...passwordMembers,
      end_sessions: z.boolean().default(false).meta({ description: 'Whether to end every session of the user.' }),
    })
    .refine((body) => (body.password === undefined) !== (body.password_hash === undefined), ONE_OF_BOTH)
    .meta({ id: 'SetUserPasswordRequest' }),
  response: noContent,
  failures: [universal.invalid_request, notFound, ...passwordFailures],

  async handle({ app, userId, body, fail, request }, deps) {
    const given = await readPassword(deps, app.id, body, request.ip)
    if (given.kind === 'refused') return fail(given.failure, given.extra)

    const done = await deps.transact(async (tx) => {
      if (!(await findUserForUpdate(tx, app.id, userId))) return false
      if (given.hash) await putPassword(tx, passwordRow(deps, app.id, { userId, hash: given.hash }))
      await tellPasswordChanged(tx, deps, app.id, userId, 'management')
      if (body.end_sessions) await endSessions(tx, deps, app.id, { userId }, 'password_changed')
      else await deleteGrantsOfProfile(tx, app.id, userId)
      return true
    })
    return done ? {} : fail(notFound)
  },
})
