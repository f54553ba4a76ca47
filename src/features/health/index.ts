import type { Feature } from '../../platform/feature.ts'
import { findingOperations } from './findings.ts'
import { getHealth } from './health.ts'
import { jobOperations } from './jobs.ts'

export const healthFeature: Feature = { name: 'health', endpoints: [getHealth, ...jobOperations, ...findingOperations] }
