import type { Feature } from '../../platform/feature.ts'
import { read } from './read.ts'

export const statisticsFeature: Feature = { name: 'statistics', endpoints: [read] }
