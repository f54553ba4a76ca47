import type { Feature } from '../../platform/feature.ts'
import { createScope, deleteScope, listScopes } from './allowed.ts'
import { addUserScope, removeUserScope } from './granted.ts'

export const scopesFeature: Feature = {
  name: 'scopes',
  endpoints: [listScopes, createScope, deleteScope, addUserScope, removeUserScope],
}
