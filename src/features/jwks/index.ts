import type { Feature } from '../../platform/feature.ts'
import { accessTokenKeys, challengeTokenKeys } from './jwks.ts'
import { openidConfiguration, serverMetadata } from './metadata.ts'
import { listSigningKeys, removeSigningKey, rotateSigningKeys } from './signing-keys.ts'

export const jwksFeature: Feature = {
  name: 'jwks',
  endpoints: [
    accessTokenKeys,
    challengeTokenKeys,
    serverMetadata,
    openidConfiguration,
    listSigningKeys,
    rotateSigningKeys,
    removeSigningKey,
  ],
}
