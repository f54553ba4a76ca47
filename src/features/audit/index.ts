import type { Feature } from '../../platform/feature.ts'
import { auditOperations } from './read.ts'

export const auditFeature: Feature = { name: 'audit', endpoints: auditOperations }
