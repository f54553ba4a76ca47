import type { Answer } from './connection.ts'

/** One client that sends its requests one after the other. */
export type Caller = {
  /** Does ahead of time what would cost the generator CPU while the clock runs. */
  prepare(requests: number): void
  /** The next whole request; `undefined` when this client has no more work. */
  request(): string | undefined
  /** Takes the answer in and says what is wrong with it, if anything is. */
  settle(answer: Answer): string | undefined
  /** Requests of this interval that were not prepared. */
  late(): number
}
