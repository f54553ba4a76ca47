import type { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { open } from '../../core/access/open.ts'
import { withoutPort } from '../../core/applications/application.ts'
import {
  type AssociationFile,
  androidFile,
  appleFile,
  associationFiles,
  passkeyAppSettings,
  placeOf,
  relatedOriginsFile,
} from '../../core/passkeys/association.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { settingsOf } from '../../platform/settings.ts'
import { findConfig } from './wire.ts'

/** What the host of the application's `rp_id` says below `/.well-known/`: to whoever asks at that host, and nowhere else. */
const fileAt = <S extends z.ZodType>(file: AssociationFile, operationId: string, summary: string, response: S) =>
  endpoint({
    method: 'GET',
    path: placeOf(file),
    audience: 'frontend',
    operationId,
    tag: 'Well-Known',
    summary,
    access: open,
    response,
    headers: { 'cache-control': { description: 'May be cached for five minutes' } },
    failures: [notFound],

    async handle({ app, request, fail }, deps) {
      const config = await findConfig(deps, app)
      if (config?.rp_id !== withoutPort(request.authority.toLowerCase())) return fail(notFound)
      const body = associationFiles(config, settingsOf(app, passkeyAppSettings))[file] ?? fail(notFound)
      return { body: body as z.input<S>, headers: { 'cache-control': 'public, max-age=300' } }
    },
  })

export const associations = [
  fileAt(
    'apple-app-site-association',
    'getAppleAppSiteAssociation',
    'Which apps for iOS and macOS use the passkeys of this host',
    appleFile,
  ),
  fileAt('assetlinks.json', 'getAssetLinks', 'Which apps for Android use the passkeys of this host', androidFile),
  fileAt(
    'webauthn',
    'getRelatedOrigins',
    'Pages of which other domains use the passkeys of this host',
    relatedOriginsFile,
  ),
]
