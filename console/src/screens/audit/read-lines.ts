import { requestOf } from '../../api/call.ts'
import { send } from '../../api/send.ts'
import type { Query } from './question.ts'

const LIMIT = 200

/** All lines that are meant, a text a page. Tells how many there are so far. */
export async function readLines(
  appID: string,
  selection: Query,
  onCount: (count: number) => void,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const pages: string[] = []
  let count = 0
  let after: string | undefined
  do {
    const query = { ...selection, limit: LIMIT, ...(after && { after }) }
    const request = appID
      ? requestOf('exportAudit', { path: { appID }, query })
      : requestOf('exportInstanceAudit', { query })
    const page = String(await send({ ...request, wantsText: true, signal }))
    const lines = page.split('\n').filter(Boolean)
    pages.push(page)
    count += lines.length
    onCount(count)
    after = lines.length < LIMIT ? undefined : idOf(lines.at(-1))
  } while (after)
  return pages
}

const idOf = (line = '{}'): string | undefined => (JSON.parse(line) as { id?: string }).id
