/** A cookie to set; an empty value with `maxAgeSeconds: 0` clears it. Always `Path=/; Secure; HttpOnly`, as the `__Host-` prefix asks. */
export interface Cookie {
  readonly name: string
  readonly value: string
  readonly maxAgeSeconds: number
  readonly sameSite: 'strict' | 'lax' | 'none'
}
