import type { Feature } from '../../platform/feature.ts'
import { revoke } from './revoke.ts'

export const revokeFeature: Feature = { name: 'revoke', endpoints: [revoke] }
