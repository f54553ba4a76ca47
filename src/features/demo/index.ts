import type { Feature } from '../../platform/feature.ts'
import { pages } from './pages.ts'

export { connectLegacyApp } from './connect.ts'

export const demoFeature: Feature = { name: 'demo', pages }
