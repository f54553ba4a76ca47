import type { Feature } from '../../platform/feature.ts'
import { getTokenConfig, updateTokenConfig } from './lifetimes.ts'
import { mint } from './mint.ts'

export const tokensFeature: Feature = { name: 'tokens', endpoints: [mint, getTokenConfig, updateTokenConfig] }
