import type { Feature } from '../../platform/feature.ts'
import { accessTokenKeys, challengeTokenKeys, serverMetadata } from './jwks.ts'

export const jwksFeature: Feature = { name: 'jwks', endpoints: [accessTokenKeys, challengeTokenKeys, serverMetadata] }
