import { z } from 'zod'
import { tellChange } from '../../core/audit/audited.ts'
import { commonOf, readConfig, removeConfig, withTimes } from '../../core/configs/endpoints.ts'
import { passkeyConfigShape, passkeyConfigs, passkeyGroundOf, problemOfPasskeys } from '../../core/passkeys/config.ts'
import { countOrphans } from '../../core/passkeys/store/passkeys.ts'
import { scopeName } from '../../core/scopes/scope.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'

const configInput = z
  .object({
    rp_id: z.string().max(253).meta({
      description:
        'The domain that passkeys are made for, without scheme and port: your site’s, or one above it. Choose it once and for all: a passkey signs for no other.',
    }),
    rp_name: z.string().min(1).max(64).meta({ description: 'How the client calls you.' }),
    allowed_origins: z.array(z.string().max(300)).min(1).max(50).meta({
      description:
        'Where passkeys may be used: `https://` at the RP id or below it, `http://localhost:{port}`, and Android apps as `android:apk-key-hash:` with the SHA-256 of their certificate in base64url. Apps of Apple’s come as `https://{rp_id}`. Pages of other domains only where the RP id is an origin of the application.',
    }),
    user_verification: passkeyConfigShape.shape.user_verification.default('required'),
    attestation_preference: passkeyConfigShape.shape.attestation_preference.default('none'),
    login_enabled: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether a passkey alone logs in. New ones are made to be found without a name then.' }),
    granted_scopes: z
      .array(scopeName)
      .max(50)
      .default([])
      .meta({ description: 'Scopes that a session opened by a passkey has.' }),
    aaguid_allowlist: z.array(z.string().max(36).toLowerCase()).max(500).default([]).meta({
      description:
        'Models that new passkeys must be proven to be of; any when empty. Shuts out phones and password managers, whose passkeys prove no model.',
    }),
    attestation_roots: z.array(z.string().max(8192)).max(50).default([]).meta({
      description:
        'Certificates of makers of authenticators, PEM, by which a model is proven; besides those in the file of the FIDO Alliance (`ANTIPHON_FIDO_MDS_FILE`).',
    }),
  })
  .meta({ id: 'PasskeyConfigInput' })

const configOutput = z
  .object({ ...passkeyConfigShape.shape, created_at: z.iso.datetime(), updated_at: z.iso.datetime() })
  .meta({ id: 'PasskeyConfig' })

const config = {
  store: passkeyConfigs,
  path: '/v2/session/apps/{appID}/config/passkey',
  tag: 'Config - Passkey',
  name: 'Passkey',
  summaries: {
    read: 'Read how the application asks for passkeys',
    remove:
      'End passkeys. Those that there are stay, and open again what they opened once the same rp_id is configured',
  },
  response: z.object({ config: configOutput }).meta({ id: 'PasskeyConfigResponse' }),
}

export const read = readConfig(config)
export const remove = removeConfig(config)

export const put = endpoint({
  ...commonOf(config),
  method: 'PUT',
  operationId: 'putPasskeyConfig',
  permission: 'config:write',
  summary: 'Say how the application asks for passkeys, in place of what was said before',
  body: configInput,
  response: z
    .object({
      config: configOutput,
      orphaned_passkeys: z.int().optional().meta({
        description:
          'How many passkeys were made for another rp_id, where there are some. They open nothing until it is configured again.',
      }),
    })
    .meta({ id: 'PutPasskeyConfigResponse' }),
  failures: [universal.invalid_request],

  async handle({ app, body, fail }, deps) {
    const problem = await problemOfPasskeys(body, passkeyGroundOf(app, deps.config))
    if (problem !== undefined) fail(universal.invalid_request, { message: `body.${problem}` })
    const now = deps.now()
    const createdAt = await deps.transact(async (tx) => {
      tellChange(deps, { before: (await passkeyConfigs.find(tx, app.id))?.config, after: body })
      return await passkeyConfigs.put(tx, app.id, body, now)
    })
    const orphans = await countOrphans(deps.db, app.id, body.rp_id)
    return {
      body: { config: withTimes(body, createdAt, now), ...(orphans > 0 && { orphaned_passkeys: orphans }) },
    }
  },
})
