import type { Taken } from '../../core/configs/endpoints.ts'
import type { Deps } from '../../platform/deps.ts'
import type { JwtConfig, JwtConfigInput, MigrationConfig, MigrationConfigInput } from './config.ts'
import { issuersOf } from './issuers.ts'
import { keyUrlsOf, refreshReadingOf } from './presets.ts'
import { findConfigProblem } from './problems.ts'
import { type MigrationSecrets, openSecrets, sealSecrets } from './secrets.ts'

interface Where {
  readonly deps: Deps
  readonly appId: string
  readonly before: MigrationConfig | undefined
}

/** What is stored of a configuration: secrets sealed, those that are left out as they were, and copies of keys as long as they can be used. */
export function takeConfig(input: MigrationConfigInput, { deps, appId, before }: Where): Taken<MigrationConfig> {
  if (input.mode === 'hook') return judged(deps, input, {})
  const config = withoutSecrets(input)
  const known = before?.mode === 'jwt' ? { config: before, secrets: openSecrets(deps, appId, before) } : undefined
  const missing = findMissingSecret(input, config, known)
  if (missing) return { problem: `body.${missing}` }
  const secrets = secretsOf(input, known?.secrets ?? {})
  const taken = judged(deps, config, secrets)
  if ('problem' in taken) return taken
  const sealed = Object.keys(secrets).length > 0 ? { sealed_secrets: sealSecrets(deps, appId, secrets) } : {}
  return { config: { ...config, ...sealed, ...keptFor(config, known?.config) } }
}

function judged<C extends MigrationConfig>(deps: Deps, config: C, secrets: MigrationSecrets): Taken<C> {
  const problem = findConfigProblem(config, secrets, deps)
  return problem === undefined ? { config } : { problem }
}

function withoutSecrets({ secret: _, refresh, ...input }: JwtConfigInput): JwtConfig {
  if (!refresh) return input
  const { client_secret: __, ...rest } = refresh
  return { ...input, refresh: rest }
}

/** A text that is left out stays, null takes it away. */
function secretsOf({ secret, refresh }: JwtConfigInput, known: MigrationSecrets): MigrationSecrets {
  const own = secret === undefined ? known.secret : (secret ?? undefined)
  const given = refresh?.client_secret
  const client = refresh && (given === undefined ? known.client_secret : (given ?? undefined))
  return { ...(own !== undefined && { secret: own }), ...(client !== undefined && { client_secret: client }) }
}

type Known = { readonly config: JwtConfig; readonly secrets: MigrationSecrets } | undefined

/**
 * The secret that must be given again. Whoever may change the configuration, but does not know the secret, must not have it sent to a server of their own,
 * nor have it vouch for another issuer.
 */
function findMissingSecret(input: JwtConfigInput, config: JwtConfig, known: Known): string | undefined {
  if (!known) return undefined
  const { secret, client_secret } = known.secrets
  const isSame = (of: (config: JwtConfig) => unknown) => JSON.stringify(of(config)) === JSON.stringify(of(known.config))
  if (secret !== undefined && input.secret === undefined && !isSame((one) => [one.preset, ...issuersOf(one)]))
    return 'secret: give it again, or null, as the issuer changes'
  const isAsked = client_secret !== undefined && input.refresh && input.refresh.client_secret === undefined
  return isAsked && !isSame((one) => refreshReadingOf(one)?.tokenEndpoint)
    ? 'refresh.client_secret: give it again, or null, as the token endpoint changes'
    : undefined
}

/** Copies of keys stay with the address that they were published at, and never without an end. */
function keptFor(config: JwtConfig, before: JwtConfig | undefined): Pick<JwtConfig, 'kept_keys'> {
  const urls = config.cut_over_at === undefined ? [] : keyUrlsOf(config)
  const kept = (before?.kept_keys ?? []).filter(({ jwks_url }) => urls.includes(jwks_url))
  return kept.length > 0 ? { kept_keys: kept } : {}
}
