import { rfc3339 } from '../../platform/clock.ts'
import type { EventRow } from '../events/tables.ts'
import type { DeliveryRow } from './tables.ts'

/** An event as a receiver gets it. */
export interface Item {
  readonly id: string
  readonly type: string
  readonly payload: unknown
  readonly created_at: string
  /** 1, 2, 3 … of its webhook: what is missing was lost or set aside. */
  readonly sequence: number
}

export const itemOf = (event: Omit<EventRow, 'app_id' | 'user_id' | 'trace'>, sequence: number): Item => ({
  id: event.id,
  type: event.type,
  payload: JSON.parse(event.payload),
  created_at: rfc3339(event.created_at),
  sequence,
})

/** What differs between the tries of a delivery. */
export interface Sending {
  /** RFC 3339. */
  readonly sentAt: string
  readonly replayed: boolean
}

/** The body of a delivery: to the byte the same for the same sending. */
export function bodyOf(delivery: Pick<DeliveryRow, 'app_id' | 'id' | 'events'>, { sentAt, replayed }: Sending): string {
  const head = JSON.stringify({
    app_id: delivery.app_id,
    delivery_id: delivery.id,
    sent_at: sentAt,
    ...(replayed && { replayed }),
  })
  return `${head.slice(0, -1)},"events":${delivery.events}}`
}
