/** A secret of the system that made hashes, the same for many of them, which is kept apart from them. */
export type PasswordSecret =
  /** What was appended to every password. */
  | { readonly kind: 'pepper'; readonly value: string }
  /** The parameters of a Firebase project; bytes in base64. */
  | {
      readonly kind: 'firebase_scrypt'
      readonly memCost: number
      readonly rounds: number
      readonly saltSeparator: string
      readonly signerKey: string
    }

/** Which secret a hash needs to be compared. */
export interface NeededSecret {
  readonly name: string
  readonly kind: PasswordSecret['kind']
}

/** What a secret is called: stands in no form of a hash but as a name. */
export const SECRET_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/

/**
 * What a text turned out to be.
 *
 * `hash` is the form to store: reading it again gives the same reading. `matches` takes the password as it was typed, and the secret that is needed,
 * if any is.
 */
export type Reading =
  | {
      kind: 'accepted'
      hash: string
      algorithm: string
      secret?: NeededSecret
      matches: (password: string, secret?: PasswordSecret) => boolean
    }
  | Refusal

export type Refusal = { kind: 'refused'; problem: string }

/** Reads the forms of one kind of hash; undefined when the text is of another kind. */
export type Family = (text: string) => Reading | undefined

/** Refuses a hash; the problem is shown to whoever imports it and never repeats salt or digest. */
export function refuse(problem: string): Refusal {
  return { kind: 'refused', problem }
}

/** Refuses a hash that costs more than one login may; the numbers are those of the hash and of the limit. */
export function refuseCost(what: string, found: number, limit: number): Refusal {
  return refuse(`${what} is ${found}, more than the ${limit} that one login may cost`)
}
