import { bodyOf } from './body.ts'
import type { DeliveryRow } from './tables.ts'

export interface Compared {
  readonly delivery_id?: string
  readonly same?: boolean
  readonly differs_at?: number
  readonly sent?: string
  readonly received?: string
  readonly hint?: string
}

const SHOWN_CHARS = 40

/** Say where a body that somebody received differs from what was sent. */
export async function compareBodies(
  received: string,
  find: (deliveryId: string) => Promise<DeliveryRow | undefined>,
): Promise<Compared> {
  const head = headOf(received)
  if (!head) return { hint: 'This is no body of a delivery: it is no JSON object with delivery_id and sent_at.' }
  const delivery = await find(head.deliveryId)
  if (!delivery) {
    return {
      delivery_id: head.deliveryId,
      hint: 'No such delivery is in the log of this webhook: it is kept for 30 days.',
    }
  }
  const sent = bodyOf(delivery, head)
  if (sent === received) return { delivery_id: delivery.id, same: true }
  const at = firstDifference(sent, received)
  return {
    delivery_id: delivery.id,
    same: false,
    differs_at: at,
    sent: sent.slice(at, at + SHOWN_CHARS),
    received: received.slice(at, at + SHOWN_CHARS),
    hint: isEqualJson(sent, received)
      ? 'It is the same JSON, printed anew. Verify the bytes as they arrived, before anything parses them.'
      : 'It was changed on the way.',
  }
}

function headOf(text: string): { deliveryId: string; sentAt: string; replayed: boolean } | undefined {
  const json = parse(text)
  if (typeof json !== 'object' || json === null) return undefined
  const { delivery_id, sent_at, replayed } = json as Record<string, unknown>
  if (typeof delivery_id !== 'string' || typeof sent_at !== 'string') return undefined
  return { deliveryId: delivery_id.slice(0, 64), sentAt: sent_at, replayed: replayed === true }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function firstDifference(one: string, other: string): number {
  const most = Math.min(one.length, other.length)
  for (let i = 0; i < most; i++) if (one[i] !== other[i]) return i
  return most
}

/** No event is: what is so deep is no body of ours, and cannot be printed. */
const MAX_DEPTH = 100
const isTooDeep = (value: unknown, depth = 0): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (depth > MAX_DEPTH || Object.values(value).some((member) => isTooDeep(member, depth + 1)))

const isEqualJson = (sent: string, received: string) => {
  const json = parse(received)
  return !isTooDeep(json) && sorted(parse(sent)) === sorted(json)
}

/** JSON with the members of every object in order. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
