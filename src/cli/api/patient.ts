import { pause } from '../../platform/clock.ts'
import type { Channel } from './channel.ts'

/** How long to wait before a call is made again: half a minute in all, in which a server is started anew. */
const WAITS_MS = [250, 1_000, 2_000, 4_000, 8_000, 15_000]

/**
 * The same channel, patient with a server that has answered once and then does not, or says that it cannot now. One that nobody has heard of is told of
 * at once. Each call that goes by it may be made again: its answer may be what was lost.
 */
export function patient(channel: Channel, wait: (ms: number) => Promise<void> = pause): Channel {
  let isKnown = false
  return async (request) => {
    for (const waitMs of WAITS_MS) {
      const answer = await channel(request)
      if (answer.kind !== 'away') isKnown = true
      if (answer.kind !== 'away' || !isKnown) return answer
      await wait(waitMs)
    }
    return await channel(request)
  }
}
