import type { Feature } from '../../platform/feature.ts'
import { groupOperations } from './groups.ts'
import { memberOperations } from './members.ts'

export const groupsFeature: Feature = { name: 'groups', endpoints: [...groupOperations, ...memberOperations] }
