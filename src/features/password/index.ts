import type { Feature } from '../../platform/feature.ts'
import { compliancy } from './compliancy.ts'
import { reset } from './reset.ts'

export const passwordFeature: Feature = { name: 'password', endpoints: [compliancy, reset] }
