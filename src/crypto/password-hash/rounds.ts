import { scheduler } from 'node:timers/promises'

/** A round hashes about a hundred bytes, so that a slice holds the main thread for a few milliseconds. */
const ROUNDS_PER_SLICE = 2000

/** The longest password, in bytes of UTF-8, that is hashed in rounds on the main thread; Drupal's limit is the same. */
export const MAX_ROUNDS_PASSWORD_BYTES = 512

/** Does something that many times on the main thread, and lets other work through between slices. */
export async function repeatRounds(rounds: number, round: (index: number) => void): Promise<void> {
  for (let index = 0; index < rounds; index++) {
    if (index % ROUNDS_PER_SLICE === ROUNDS_PER_SLICE - 1) await scheduler.yield()
    round(index)
  }
}
