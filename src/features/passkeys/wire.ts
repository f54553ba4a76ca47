import { z } from 'zod'
import type { Application } from '../../core/applications/application.ts'
import { type PasskeyConfig, passkeyConfigs } from '../../core/passkeys/config.ts'
import type { Deps } from '../../platform/deps.ts'

/** Of the endpoints with which users keep their passkeys. */
export const TAG = 'Passkey Management'
export const PATH = '/v1/session/me/passkeys'

export const findConfig = async (deps: Deps, app: Application): Promise<PasskeyConfig | undefined> =>
  (await passkeyConfigs.find(deps.db, app.id))?.config

/** Of a ceremony that has begun; what it says is sealed. */
export const token = z.string().max(2_048)
