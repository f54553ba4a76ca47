import { newBoundedCache } from '../../crypto/bounded-cache.ts'
import { pause } from '../../platform/clock.ts'
import { type Deps, resident } from '../../platform/deps.ts'

/** What a call of a hook that let nobody in came to, and how long it took. */
export interface Ending {
  readonly kind: 'refused' | 'unclear'
  readonly tookMs: number
}

const HOOKS_REMEMBERED = 1_000
/** Few, so that a hook that is back, or gone, is so for everybody at once. */
const ENDINGS_REMEMBERED = 8

const endings = resident(() => newBoundedCache<readonly Ending[]>(HOOKS_REMEMBERED))

/** Note how a call ended. Each process notes its own. */
export function noteEnding(deps: Deps, hook: string, ending: Ending): void {
  const known = endings(deps).find(hook) ?? []
  endings(deps).insert(hook, [ending, ...known].slice(0, ENDINGS_REMEMBERED))
}

/**
 * End a login of whom the hook is not asked as those end of whom it is: after as long, and as unsure. Otherwise everybody could tell who has a
 * password here, by the time and, while nobody answers there, by the status.
 */
export async function echoEnding(deps: Deps, hook: string): Promise<Ending['kind']> {
  const known = endings(deps).find(hook) ?? []
  const [drawn = 0] = deps.random(1)
  const ending = known[drawn % Math.max(1, known.length)]
  if (ending && ending.tookMs > 0) await pause(ending.tookMs)
  return ending?.kind ?? 'refused'
}
