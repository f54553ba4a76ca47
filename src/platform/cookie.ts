/**
 * A cookie to set; an empty value with `maxAgeSeconds: 0` clears it. Always `Path=/; Secure; HttpOnly`, as the `__Host-` prefix asks. One for
 * pages of other sites (`none`) is kept apart for each of them (`Partitioned`): browsers that block third-party cookies keep no other.
 */
export interface Cookie {
  readonly name: string
  readonly value: string
  readonly maxAgeSeconds: number
  readonly sameSite: 'strict' | 'lax' | 'none'
}

/** The attributes of a cookie, as @fastify/cookie takes them. */
export const attributesOf = ({ maxAgeSeconds, sameSite }: Cookie) => ({
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite,
  maxAge: maxAgeSeconds,
  partitioned: sameSite === 'none',
})

/**
 * What clears the cookie of the same name that a browser may still hold unpartitioned: it would be sent beside the other, with an old token.
 * It goes before the cookie itself, for browsers that know no partitions. Undefined where there is no such twin.
 */
export const unpartitionedTwinOf = (cookie: Cookie) =>
  cookie.sameSite === 'none' ? { ...attributesOf({ ...cookie, maxAgeSeconds: 0 }), partitioned: false } : undefined
