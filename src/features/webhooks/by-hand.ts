import { accessFailure } from '../../core/access/failures.ts'
import { type Deps, resident } from '../../platform/deps.ts'

/** Calls to URLs of an application's choice, because somebody asks for one now: each may last ten seconds. */
export const MOST_AT_ONCE = 16

/** How many are under way, by application. */
export const underWay = resident(() => new Map<string, number>())

type Fail = (failure: typeof accessFailure.rate_limited, extra: { headers: Record<string, string> }) => never

/** Do what calls a URL, unless the application has as much under way as it may. */
export async function byHand<T>(deps: Deps, appId: string, fail: Fail, work: () => Promise<T>): Promise<T> {
  const counts = underWay(deps)
  const count = counts.get(appId) ?? 0
  if (count >= MOST_AT_ONCE) fail(accessFailure.rate_limited, { headers: { 'retry-after': '10' } })
  counts.set(appId, count + 1)
  try {
    return await work()
  } finally {
    const left = (counts.get(appId) ?? 1) - 1
    if (left > 0) counts.set(appId, left)
    else counts.delete(appId)
  }
}
