import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { changeApplication } from '../../core/applications/change.ts'
import { accessTokenLifetime, idleLifetime, sessionSettings } from '../../core/sessions/settings.ts'
import { undo } from '../../platform/db.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { type SettingsHolder, settingsOf } from '../../platform/settings.ts'

const common = {
  path: '/v2/session/apps/{appID}/config/tokens',
  audience: 'management',
  tag: 'Config - Tokens',
  access: managementKey,
  params: z.object({ appID: z.string() }),
} as const

const access_token_ttl_seconds = accessTokenLifetime.meta({ description: 'Life of an access token.' })
const refresh_token_ttl_seconds = idleLifetime.meta({
  description: 'Life of a refresh token, from each refresh on; a session ends at its absolute lifetime all the same.',
})

const response = z
  .object({ config: z.object({ access_token_ttl_seconds, refresh_token_ttl_seconds }) })
  .meta({ id: 'TokenConfigResponse' })

/** The same that `sessions` of the settings says, in the words of this operation. */
function viewOf(holder: SettingsHolder) {
  const { access_token_lifetime_seconds, idle_lifetime_seconds } = settingsOf(holder, sessionSettings)
  return {
    config: {
      access_token_ttl_seconds: access_token_lifetime_seconds,
      refresh_token_ttl_seconds: idle_lifetime_seconds,
    },
  }
}

export const getTokenConfig = endpoint({
  ...common,
  method: 'GET',
  permission: 'config:read',
  operationId: 'getTokenConfig',
  summary: 'Read how long access tokens and refresh tokens live',
  response,
  failures: [],

  async handle({ app }) {
    return { body: viewOf(app) }
  },
})

const change = z
  .object({
    access_token_ttl_seconds: access_token_ttl_seconds.optional(),
    refresh_token_ttl_seconds: refresh_token_ttl_seconds.optional(),
  })
  .meta({ id: 'UpdateTokenConfigRequest', examples: [{ access_token_ttl_seconds: 300 }] })

type Change = z.output<typeof change>

export const updateTokenConfig = endpoint({
  ...common,
  method: 'PUT',
  permission: 'config:write',
  operationId: 'updateTokenConfig',
  summary: 'Say how long tokens live that are issued from now on. A lifetime that is not named stays',
  body: change,
  response,
  failures: [universal.invalid_request, notFound],

  async handle({ app, body, fail }, deps) {
    const outcome = await deps.transact<SettingsHolder | 'too_short' | undefined>(async (tx) => {
      const changed = await changeApplication(tx, deps, app.id, ({ settings }) => ({
        settings: { ...settings, sessions: { ...(settings.sessions as object), ...membersOf(body) } },
      }))
      return changed && isTooShort(changed) ? undo<'too_short'>('too_short') : changed
    })
    if (outcome === 'too_short') return fail(universal.invalid_request, { message: TOO_SHORT })
    return outcome ? { body: viewOf(outcome) } : fail(notFound)
  },
})

const membersOf = ({ access_token_ttl_seconds: access, refresh_token_ttl_seconds: refresh }: Change) => ({
  ...(access !== undefined && { access_token_lifetime_seconds: access }),
  ...(refresh !== undefined && { idle_lifetime_seconds: refresh }),
})

const TOO_SHORT = 'body.refresh_token_ttl_seconds: must not be shorter than access_token_ttl_seconds'

function isTooShort(holder: SettingsHolder): boolean {
  const { access_token_lifetime_seconds, idle_lifetime_seconds } = settingsOf(holder, sessionSettings)
  return idle_lifetime_seconds < access_token_lifetime_seconds
}
