import type { Feature } from '../../platform/feature.ts'
import { finalize } from './finalize.ts'
import { finalizeSettings } from './settings.ts'

export const finalizeFeature: Feature = { name: 'finalize', endpoints: [finalize], settings: [finalizeSettings] }
