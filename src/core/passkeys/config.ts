import { z } from 'zod'
import { isRoot } from '../../crypto/attestation.ts'
import type { FidoMetadata } from '../../crypto/fido-metadata.ts'
import type { NewCredential } from '../../crypto/webauthn-ceremony.ts'
import type { Config } from '../../platform/config.ts'
import { type Application, authorityOf, originsOf, withoutPort } from '../applications/application.ts'
import { configStore } from '../configs/store.ts'

/** As it is stored: how an application asks for passkeys. */
export const passkeyConfigShape = z.object({
  rp_id: z.string(),
  rp_name: z.string(),
  allowed_origins: z.array(z.string()),
  user_verification: z.enum(['required', 'preferred', 'discouraged']),
  attestation_preference: z.enum(['none', 'indirect', 'direct', 'enterprise']),
  login_enabled: z.boolean(),
  granted_scopes: z.array(z.string()),
  aaguid_allowlist: z.array(z.string()),
  /** Certificates of makers of authenticators, PEM: whose word on models counts. */
  attestation_roots: z.array(z.string()),
})

export type PasskeyConfig = z.output<typeof passkeyConfigShape>

export const passkeyConfigs = configStore('passkey_configs', passkeyConfigShape)

const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
/** A SHA-256 is 43 characters of base64url, the last of which holds four bits. */
const ANDROID = /^android:apk-key-hash(?:-sha256)?:[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/
const AAGUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const PORT = /^http:\/\/localhost:\d{1,5}$/

type Metadata = Pick<FidoMetadata, 'roots'> | undefined

/** What a configuration is judged by besides itself. */
export interface PasskeyGround {
  readonly mode: 'dev' | 'prod'
  readonly metadata: Metadata
  /** At which clients reach the application, without ports. What one of them says of its passkeys, we say. */
  readonly hosts: readonly string[]
}

export const passkeyGroundOf = (app: Application, config: Config): PasskeyGround => ({
  mode: app.mode,
  metadata: config.fidoMetadata,
  hosts: originsOf(app, config, '').map((origin) => withoutPort(authorityOf(origin))),
})

/** What is wrong with a configuration besides its shape, naming the place; undefined when nothing is. */
export async function problemOfPasskeys(config: PasskeyConfig, ground: PasskeyGround): Promise<string | undefined> {
  const { rp_id: rpId, attestation_roots: roots } = config
  const problem = await problemOfRpId(rpId, ground.mode)
  if (problem) return `rp_id: ${problem}`
  const misplaced = await problemOfOrigins(config, ground)
  if (misplaced) return misplaced
  const noRoot = roots.findIndex((pem) => !isRoot(pem))
  if (noRoot >= 0) return `attestation_roots[${noRoot}]: one certificate in PEM that may issue others`
  return problemOfModels(config, ground.metadata)
}

/** Of as many names of domains browsers take what the host of an RP id says. WebAuthn Level 3 §5.11.1. */
const MAX_RELATED_LABELS = 5

async function problemOfOrigins({ rp_id: rpId, allowed_origins: origins }: PasskeyConfig, { hosts }: PasskeyGround) {
  const wrong = origins.findIndex((origin) => !isOriginOf(rpId, origin) && !isRelatedOrigin(rpId, origin))
  if (wrong >= 0)
    return `allowed_origins[${wrong}]: an origin without a path, https at ${rpId} or below it, http://localhost:{port}, or android:apk-key-hash: with the SHA-256 of the app’s certificate in base64url`
  const related = origins.findIndex((origin) => isRelatedOrigin(rpId, origin))
  if (related >= 0 && !hosts.includes(rpId))
    return `allowed_origins[${related}]: https at ${rpId} or below it. Pages of another domain may use these passkeys only where ${rpId} is an origin of the application, so that it can say so`
  const { parse } = await import('tldts')
  const labels = origins
    .filter((origin) => isRelatedOrigin(rpId, origin))
    .map((origin) => parse(origin).domainWithoutSuffix)
  return new Set(labels).size > MAX_RELATED_LABELS
    ? `allowed_origins: of other domains than ${rpId} browsers take ${MAX_RELATED_LABELS} names`
    : undefined
}

/** By which certificates a model is proven: those that the application gives, and what the FIDO Alliance says. None where nobody asks for models. */
export const rootsOf = (config: PasskeyConfig, metadata: Metadata, aaguid: string): readonly string[] =>
  config.aaguid_allowlist.length === 0 ? [] : [...config.attestation_roots, ...(metadata?.roots.get(aaguid) ?? [])]

function problemOfModels(config: PasskeyConfig, metadata: Metadata) {
  const { aaguid_allowlist: allowlist, attestation_preference } = config
  if (allowlist.length === 0) return undefined
  const wrong = allowlist.findIndex((aaguid) => !AAGUID.test(aaguid))
  if (wrong >= 0) return `aaguid_allowlist.${wrong}: a UUID in lower case`
  if (attestation_preference !== 'direct' && attestation_preference !== 'enterprise')
    return 'aaguid_allowlist: needs attestation_preference direct or enterprise; by any other an authenticator proves no model'
  const unproven = allowlist.findIndex((aaguid) => rootsOf(config, metadata, aaguid).length === 0)
  return unproven < 0 ? undefined : `aaguid_allowlist.${unproven}: ${UNPROVEN}`
}

const UNPROVEN =
  'nothing proves this model: give the certificates of its maker as attestation_roots, or have the operator set ANTIPHON_FIDO_MDS_FILE to a file that has them. With any list phones and password managers are shut out: the passkeys of Apple and Google prove no model at all'

/** Whether a new credential may be kept, by the model of its authenticator. */
export const isModelTaken = (
  { aaguid_allowlist: allowlist }: PasskeyConfig,
  { aaguid, isModelProven }: Pick<NewCredential, 'aaguid' | 'isModelProven'>,
): boolean => allowlist.length === 0 || (isModelProven && allowlist.includes(aaguid))

async function problemOfRpId(rpId: string, mode: 'dev' | 'prod'): Promise<string | undefined> {
  if (rpId === 'localhost') return mode === 'dev' ? undefined : 'localhost is for applications in development'
  if (!DOMAIN.test(rpId)) return 'a domain in lower case, without scheme and port'
  const { parse } = await import('tldts')
  const { isIp, publicSuffix } = parse(rpId, { allowPrivateDomains: true })
  if (isIp) return 'an address is no domain'
  return publicSuffix === rpId ? 'a domain that is yours: others have names below this one' : undefined
}

/** Decide whether pages of an origin, or an app, may use passkeys of a relying party. */
export function isOriginOf(rpId: string, origin: string): boolean {
  if (ANDROID.test(origin)) return true
  const url = URL.parse(origin)
  if (url?.origin !== origin) return false
  if (url.protocol === 'http:') return PORT.test(origin)
  return url.protocol === 'https:' && isBelow(rpId, url.hostname)
}

/** Whether an origin is that of pages of another domain, which may use passkeys of a relying party when its host says so. */
export function isRelatedOrigin(rpId: string, origin: string): boolean {
  const url = URL.parse(origin)
  return url?.origin === origin && url.protocol === 'https:' && !isBelow(rpId, url.hostname)
}

const isBelow = (rpId: string, host: string): boolean => host === rpId || host.endsWith(`.${rpId}`)
