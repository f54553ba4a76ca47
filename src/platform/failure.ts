import type { Cookie } from './cookie.ts'

/** HTTP status of each error family. The family is `type` on the frontend wire and `status` on the management wire. */
export const statusOf = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const

export type Family = keyof typeof statusOf

/** One published error. Its code never changes once released. */
export interface Failure<Code extends string = string> {
  readonly code: Code
  readonly family: Family
  readonly message: string
}

/** Build a catalogue: `{ code: [family, message] }` becomes `{ code: Failure<code> }`. */
export function failures<const T extends Record<string, readonly [Family, string]>>(
  table: T,
): { readonly [C in keyof T & string]: Failure<C> } {
  const entries = Object.entries(table).map(([code, [family, message]]) => [code, { code, family, message }])
  return Object.fromEntries(entries)
}

/** Errors any endpoint can answer, whatever it declares. */
export const universal = failures({
  bad_request: ['bad_request', 'The request does not match what this endpoint takes.'],
  invalid_request: ['bad_request', 'The request does not match what this endpoint takes.'],
  not_found: ['not_found', 'There is no such thing here: an id in the request, or its address, is wrong.'],
  internal: ['internal', 'Something went wrong on our side.'],
  overloaded: ['unavailable', 'The server is busy. Try again after the time in Retry-After.'],
})

/** A failure on its way to the client, with what its answer carries besides the code. */
export interface Refusal {
  readonly failure: Failure
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: readonly Cookie[]
  /** Overrides the catalogue's message, to say what exactly is wrong. Never holds what the client sent. */
  readonly message?: string
  /** Overrides the family's HTTP status, for what HTTP itself has a status. */
  readonly status?: number
}

/** Carries a refusal from a handler to the router. Thrown by `fail` alone, caught by the router alone. */
export class Failed extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.failure.code)
    this.refusal = refusal
  }
}
