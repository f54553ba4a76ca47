import type { Feature } from '../../platform/feature.ts'
import { refresh } from './refresh.ts'

export const refreshFeature: Feature = { name: 'refresh', endpoints: [refresh] }
