import type { Feature } from '../../platform/feature.ts'
import { list, remove } from './identifiers.ts'

export const identifiersFeature: Feature = { name: 'identifiers', endpoints: [list, remove] }
