import type { Feature } from '../../platform/feature.ts'
import { mappingOperations } from './mapping.ts'
import { preview } from './preview.ts'

export const claimsFeature: Feature = { name: 'claims', endpoints: [...mappingOperations, preview] }
