import { type Deps, resident } from '../../platform/deps.ts'
import { isOpenable } from '../signing-keys/keyring.ts'
import { sealedKeys } from '../signing-keys/store.ts'
import { masterKeyFits } from './canary.ts'

const LOOK_EVERY_MS = 60_000
const LOOK_AGAIN_MS = 10_000

/**
 * Looks whether everything that is sealed opens: the canary and every signing key. A process that cannot sign for one of its applications
 * sends that application's users away, so it is not ready until it can.
 */
export const keyWatch = resident((deps: Deps) => {
  let allOpen = true
  let lookedAt = Number.NEGATIVE_INFINITY
  let underWay: Promise<void> | undefined

  async function look() {
    const closed = await listClosed(deps)
    const fits = await masterKeyFits(deps)()
    if (closed.length > 0 || !fits)
      deps.log.error({ keys: closed }, 'what is sealed does not open with this master key')
    allOpen = fits && closed.length === 0
  }
  const lookOnce = (): Promise<void> => {
    lookedAt = deps.monotonic()
    underWay ??= look().finally(() => {
      underWay = undefined
    })
    return underWay
  }
  return {
    look: lookOnce,
    /** As of a minute ago at most, where somebody asks that often; the question itself waits for nothing. */
    allOpen(): boolean {
      if (deps.monotonic() - lookedAt >= (allOpen ? LOOK_EVERY_MS : LOOK_AGAIN_MS)) lookOnce().catch(() => {})
      return allOpen
    },
  }
})

const MOST_NAMED = 20

/** The signing keys that do not open, each as application and key id; twenty at most. */
async function listClosed(deps: Deps): Promise<string[]> {
  const closed: string[] = []
  for await (const keys of sealedKeys(deps.db)) {
    for (const key of keys) if (!isOpenable(deps, key)) closed.push(`${key.app_id}/${key.kid}`)
    if (closed.length >= MOST_NAMED) break
  }
  return closed.slice(0, MOST_NAMED)
}
