import type { Feature } from '../../platform/feature.ts'
import { get, update } from './mode.ts'

export const modeFeature: Feature = { name: 'mode', endpoints: [get, update] }
