import type { Search } from '../../address.ts'
import type { Input } from '../../api/call.ts'
import type { Message } from '../../api/operations.ts'
import { startOfDay } from '../../parts/day.ts'

export const FILTERS = ['recipient', 'status', 'created_after']

const PAGE = 50
const STATUSES: readonly string[] = ['queued', 'sent', 'failed'] satisfies Message['status'][]

const isStatus = (text: string | undefined): text is Message['status'] => text !== undefined && STATUSES.includes(text)

/** What the list asks the server. */
export function questionIn({
  recipient,
  status,
  created_after,
  after,
}: Search): NonNullable<Input<'listMessages'>['query']> {
  const day = startOfDay(created_after)
  return {
    ...(recipient && { recipient }),
    ...(isStatus(status) && { status }),
    ...(day && { created_after: day }),
    ...(after && { after }),
    limit: PAGE,
  }
}
