import type { Feature } from '../../platform/feature.ts'
import { list } from './list.ts'

export const eventsFeature: Feature = { name: 'events', endpoints: [list] }
