import type { Feature } from '../../platform/feature.ts'
import { pages } from './pages.ts'

export { connectDemo } from './connect.ts'

export const demoFeature: Feature = { name: 'demo', pages }
