import type { Application } from '../../core/applications/application.ts'
import type { OAuthSecrets } from '../../core/federation/config.ts'
import { readDomains } from '../../core/identifiers/email-domains.ts'
import { ask } from '../../core/oauth/discovery.ts'
import { findProvider } from '../../core/oauth/providers.ts'
import { isListed } from '../../core/return-targets/target.ts'
import { findOtpConfig } from '../../core/verifications/configs.ts'
import { readEs256PrivateKey } from '../../crypto/ec-key.ts'
import type { Deps } from '../../platform/deps.ts'
import { type ConfigInput, configOf } from './config-wire.ts'
import { optionsOf } from './configured-client.ts'

/** Members that belong to one provider each; any other name is an OpenID provider of the operator's own. */
const OWN_MEMBERS = ['apple', 'okta', 'microsoft', 'oidc'] as const
const WITHOUT_MEMBER = ['google', 'github', 'facebook']

export type Judged = { kind: 'fine'; domains: readonly string[] } | { kind: 'invalid'; problem: string }

/** Judge a configuration besides its shape, naming the place. `secrets`: those that it will have. */
export async function judge(
  deps: Deps,
  app: Application,
  name: string,
  input: ConfigInput,
  secrets: OAuthSecrets,
): Promise<Judged> {
  const read = await readDomains(input.enterprise?.email_domain_allowlist ?? [])
  const problem =
    problemOfMembers(name, input) ??
    problemOfEnterprise(app, name, input) ??
    (read.kind === 'problem' ? `body.enterprise.email_domain_allowlist[${read.index}]: ${read.reason}` : undefined) ??
    problemOfSecrets(name, secrets) ??
    (await problemOfOptions(deps, app, input)) ??
    (await problemOfIssuer(deps, name, input))
  if (problem !== undefined || read.kind === 'problem') return { kind: 'invalid', problem: problem ?? '' }
  return { kind: 'fine', domains: read.domains }
}

/** Whose accounts say nothing of a company. */
const NO_COMPANY = ['apple', 'github', 'facebook']
const TENANT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

function problemOfEnterprise(app: Application, name: string, input: ConfigInput): string | undefined {
  const { type, enterprise, microsoft, options } = input
  if (type === 'personal') return enterprise && 'body.enterprise: needs type enterprise'
  if (NO_COMPANY.includes(name)) return `body.type: ${name} has no companies`
  if (!enterprise) return 'body.enterprise: is required for type enterprise'
  // Any tenant’s administrator types any address.
  if (name === 'microsoft' && !TENANT_ID.test(microsoft?.tenant ?? ''))
    return 'body.microsoft.tenant: must be the id of the company’s tenant'
  if (options.verify_email) return 'body.options.verify_email: is for type personal alone'
  const { default_redirect_uri: target } = enterprise
  if (target === undefined || isListed(target, app)) return undefined
  return 'body.enterprise.default_redirect_uri: is not on the list of the application'
}

function memberOf(name: string): (typeof OWN_MEMBERS)[number] | undefined {
  if (WITHOUT_MEMBER.includes(name)) return undefined
  return OWN_MEMBERS.find((member) => member === name) ?? 'oidc'
}

function problemOfMembers(name: string, input: ConfigInput): string | undefined {
  const own = memberOf(name)
  const foreign = OWN_MEMBERS.find((member) => member !== own && input[member] !== undefined)
  if (foreign) return `body.${foreign}: does not belong to ${name}`
  if (own !== undefined && own !== 'microsoft' && input[own] === undefined)
    return `body.${own}: is required for ${name}`
  return undefined
}

function problemOfSecrets(name: string, { client_secret, p8_key }: OAuthSecrets): string | undefined {
  if (name !== 'apple') return client_secret === undefined ? 'body.client_secret: is required' : undefined
  if (client_secret !== undefined) return 'body.client_secret: Apple has none; it is made from the key'
  if (p8_key === undefined) return 'body.apple.p8_key: is required'
  return readEs256PrivateKey(p8_key)
    ? undefined
    : 'body.apple.p8_key: is no P-256 private key in PEM, as Apple gives it'
}

async function problemOfOptions(deps: Deps, app: Application, { options }: ConfigInput): Promise<string | undefined> {
  if (!options.verify_email) return undefined
  if (!options.use_email_as_identifier) return 'body.options.verify_email: needs use_email_as_identifier'
  if (await findOtpConfig(deps.db, app, 'email')) return undefined
  return 'body.options.verify_email: needs a configuration of login by code for e-mail'
}

/** Asked now, so that whoever mistypes it learns of it before their users do. */
async function problemOfIssuer(deps: Deps, name: string, input: ConfigInput): Promise<string | undefined> {
  const provider = findProvider(name)
  const options = optionsOf(configOf(input, []))
  if (options.issuerUrl === undefined || provider.server(options)) return undefined
  // Else a server that is down, or not to be trusted any more, could not be switched off.
  if (!input.enabled) return undefined
  const asked = await ask(deps, options.issuerUrl, { sameOrigin: name === 'okta' })
  return asked.kind === 'found' ? undefined : `body.${memberOf(name)}.issuer_url: ${asked.problem}`
}
