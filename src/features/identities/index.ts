import type { Feature } from '../../platform/feature.ts'
import { listOfUser, removeOfUser } from './management.ts'
import { listOwn, removeOwn } from './own.ts'

export const identitiesFeature: Feature = {
  name: 'identities',
  endpoints: [listOwn, removeOwn, listOfUser, removeOfUser],
}
