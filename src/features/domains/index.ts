import type { Feature } from '../../platform/feature.ts'
import { create, list, read, remove } from './domains.ts'
import { verify } from './verify.ts'

export const domainsFeature: Feature = {
  name: 'domains',
  endpoints: [list, create, read, remove, verify],
}
