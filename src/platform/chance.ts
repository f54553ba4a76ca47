import type { Deps } from './deps.ts'

/** A random fraction: 0 or more, less than 1. */
export function chance(deps: Pick<Deps, 'random'>): number {
  const [high = 0, low = 0] = deps.random(2)
  return (high * 256 + low) / 65_536
}
