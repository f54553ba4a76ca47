import { z } from 'zod'
import { decode } from '../../crypto/base64url.ts'
import { settings } from '../../platform/settings.ts'
import { isRelatedOrigin, type PasskeyConfig } from './config.ts'

const PACKAGE = /^[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)+$/

export const passkeyAppSettings = settings('passkey_apps', 'Apps that use passkeys', {
  apple_app_ids: z
    .array(z.string().regex(/^[A-Z0-9]{10}\.[A-Za-z0-9.-]{1,155}$/, 'is no team id and bundle id with a dot between'))
    .max(20)
    .default([])
    .describe('Apps for iOS and macOS, as `{team id}.{bundle id}`, that use the passkeys of the `rp_id`.'),
  android_packages: z
    .array(z.string().max(255).regex(PACKAGE, 'is no name of an Android package'))
    .max(20)
    .default([])
    .describe(
      'Apps for Android that use the passkeys of the `rp_id`. Their certificates are the `android:apk-key-hash:` entries of `allowed_origins`.',
    ),
})

/** The apps of an application that use its passkeys. */
export interface PasskeyApps {
  readonly apple_app_ids: readonly string[]
  readonly android_packages: readonly string[]
}

/** For Apple’s associated domains: apps that are credentials’ own. */
export const appleFile = z
  .object({ webcredentials: z.object({ apps: z.array(z.string()) }) })
  .meta({ id: 'AppleAppSiteAssociation' })

/** Digital Asset Links. */
export const androidFile = z
  .array(
    z.object({
      relation: z.array(z.string()),
      target: z.object({
        namespace: z.string(),
        package_name: z.string().optional(),
        sha256_cert_fingerprints: z.array(z.string()).optional(),
      }),
    }),
  )
  .meta({ id: 'AssetLinks' })

export type AppleFile = z.output<typeof appleFile>
export type AndroidFile = z.output<typeof androidFile>

/** WebAuthn Level 3 §5.11. */
export const relatedOriginsFile = z.object({ origins: z.array(z.string()) }).meta({ id: 'RelatedOrigins' })

export const LOGIN_CREDENTIALS = 'delegate_permission/common.get_login_creds'

/** By which a host says whose passkeys its own are, below `/.well-known/`. */
export type AssociationFile = keyof Files

export const placeOf = (file: AssociationFile): string => `/.well-known/${file}`

interface Files {
  readonly 'apple-app-site-association': AppleFile | undefined
  readonly 'assetlinks.json': AndroidFile | undefined
  readonly webauthn: z.output<typeof relatedOriginsFile> | undefined
}

/** What the host of an `rp_id` must say so that apps, and pages of other domains, may use its passkeys. A file that nobody needs is undefined. */
export function associationFiles(config: PasskeyConfig, apps: PasskeyApps): Files {
  const { apple_app_ids, android_packages } = apps
  const sha256_cert_fingerprints = fingerprintsOf(config)
  const origins = config.allowed_origins.filter((origin) => isRelatedOrigin(config.rp_id, origin))
  const isAndroid = android_packages.length > 0 && sha256_cert_fingerprints.length > 0
  return {
    'apple-app-site-association':
      apple_app_ids.length > 0 ? { webcredentials: { apps: [...apple_app_ids] } } : undefined,
    'assetlinks.json': isAndroid
      ? android_packages.map((package_name) => ({
          relation: [LOGIN_CREDENTIALS],
          target: { namespace: 'android_app', package_name, sha256_cert_fingerprints },
        }))
      : undefined,
    webauthn: origins.length > 0 ? { origins } : undefined,
  }
}

/** Of the certificates with which Android apps are signed, SHA-256 in hex with colons. */
function fingerprintsOf({ allowed_origins }: Pick<PasskeyConfig, 'allowed_origins'>): string[] {
  const hashes = allowed_origins.flatMap((origin) => /^android:apk-key-hash(?:-sha256)?:(.*)$/.exec(origin)?.[1] ?? [])
  return [...new Set(hashes)].map((hash) => [...(decode(hash) ?? [])].map(hexOf).join(':'))
}

const hexOf = (byte: number) => byte.toString(16).toUpperCase().padStart(2, '0')
