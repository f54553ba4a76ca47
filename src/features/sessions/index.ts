import type { Feature } from '../../platform/feature.ts'
import { list, revoke } from './sessions.ts'

export const sessionsFeature: Feature = { name: 'sessions', endpoints: [list, revoke] }
