import type { Feature } from '../../platform/feature.ts'
import { get, ids, lines, list, report } from './read.ts'
import { create, putLines } from './receive.ts'
import { start, steps, verify } from './steps.ts'

export const importsFeature: Feature = {
  name: 'imports',
  endpoints: [create, putLines, start, ...steps, verify, list, get, lines, ids, report],
}
