import { pause } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { newEcho } from '../../platform/echo.ts'

/** What a call of a hook that let nobody in came to, and how long it took. */
export interface Ending {
  readonly kind: 'refused' | 'unclear'
  readonly tookMs: number
}

const endings = newEcho<Ending>()

/** Note how a call ended. Each process notes its own. */
export const noteEnding = (deps: Deps, hook: string, ending: Ending): void => endings.note(deps, hook, ending)

/**
 * End a login of whom the hook is not asked as those end of whom it is: after as long, and as unsure. Otherwise everybody could tell who has a
 * password here, by the time and, while nobody answers there, by the status.
 */
export async function echoEnding(deps: Deps, hook: string): Promise<Ending['kind']> {
  const ending = endings.draw(deps, hook)
  if (ending && ending.tookMs > 0) await pause(ending.tookMs)
  return ending?.kind ?? 'refused'
}
