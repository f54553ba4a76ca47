import { failures } from '../failure.ts'

/** draft-ietf-httpapi-idempotency-key-header; the key is taken as it is, with quotes or without. */
export const HEADER = 'Idempotency-Key'
const MAX_CHARS = 255
const KEY = /^[\x20-\x7e]{1,255}$/

export const idempotencyFailure = failures({
  idempotency_key_reused: ['bad_request', 'This Idempotency-Key was sent with another request. Use a new one.'],
  idempotency_key_in_use: ['conflict', 'The first request with this Idempotency-Key has no answer yet. Try again.'],
})

/** How it stands in the OpenAPI documents. */
export const keyParameter = {
  name: HEADER,
  in: 'header',
  required: false,
  description:
    'A text of your choice, new for each thing to create. Repeated within 24 hours with the same request, it brings the first answer again and creates nothing.',
  schema: { type: 'string', minLength: 1, maxLength: MAX_CHARS },
  example: '8e03978e-40d5-43dd-bc93-6894a57f9324',
}

/** Whether an operation creates something for a backend, which may not know whether its request has arrived. */
export const takesKey = ({ audience, method, status }: { audience: string; method: string; status: number }): boolean =>
  audience === 'management' && method === 'POST' && (status === 201 || status === 202)

export type ReadKey =
  | { readonly kind: 'none' }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'unfit'; readonly problem: string }

export function readKey(headers: Readonly<Record<string, string | string[] | undefined>>): ReadKey {
  const given = headers[HEADER.toLowerCase()]
  if (given === undefined) return { kind: 'none' }
  const key = String(given)
  return KEY.test(key)
    ? { kind: 'key', key }
    : { kind: 'unfit', problem: `${HEADER}: must be 1 to ${MAX_CHARS} printable characters of ASCII` }
}
