import type { Feature } from '../../platform/feature.ts'
import { put, read, remove } from './management.ts'

export const passkeysFeature: Feature = {
  name: 'passkeys',
  endpoints: [put, read, remove],
}
