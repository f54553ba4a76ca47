import type { Feature } from '../../platform/feature.ts'
import { leftBehind, lockedOut, refusals, unknownHere } from './people.ts'
import { report } from './report.ts'

export const proofFeature: Feature = {
  name: 'proof',
  endpoints: [report, leftBehind, lockedOut, unknownHere, refusals],
}
