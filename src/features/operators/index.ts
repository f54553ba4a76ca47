import type { Feature } from '../../platform/feature.ts'
import { operatorOperations } from './operators.ts'

export const operatorsFeature: Feature = { name: 'operators', endpoints: operatorOperations }
