import type { Answer } from './connection.ts'

/** One client that sends its requests one after the other. */
export type Caller = {
  /** Does ahead of time what would cost the generator CPU while the clock runs; a flow of several requests counts as one. */
  prepare(requests: number): void
  /** The next whole request; `undefined` when this client has no more work. */
  request(): string | undefined | Promise<string>
  /** Takes the answer in and says what is wrong with it, if anything is. */
  settle(answer: Answer): string | undefined
  /** Whether the requests so far are the beginning of a flow: what is measured ends with its last answer. */
  midway?(): boolean
  /** Requests of this interval that were not prepared. */
  late(): number
}
