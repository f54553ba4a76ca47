/**
 * What a text turned out to be.
 *
 * `hash` is the form to store: reading it again gives the same reading. `matches` takes the password as it was typed.
 */
export type Reading =
  | { kind: 'accepted'; hash: string; algorithm: string; matches: (password: string) => boolean }
  | { kind: 'refused'; problem: string }

/** Reads the forms of one kind of hash; undefined when the text is of another kind. */
export type Family = (text: string) => Reading | undefined

/** Refuses a hash; the problem is shown to whoever imports it and never repeats salt or digest. */
export function refuse(problem: string): Reading {
  return { kind: 'refused', problem }
}

/** Refuses a hash that costs more than one login may; the numbers are those of the hash and of the limit. */
export function refuseCost(what: string, found: number, limit: number): Reading {
  return refuse(`${what} is ${found}, more than the ${limit} that one login may cost`)
}
