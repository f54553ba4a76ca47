import type { Db } from '../../platform/db.ts'
import { hashOf, idAt } from './chain.ts'
import { listAuditRows, listHeads } from './store.ts'
import type { AuditHeadRow, AuditRow } from './tables.ts'

export type Verdict =
  | { readonly kind: 'intact'; readonly rows: number; readonly days: number; readonly hash: string }
  /** `at` is the id of the first row, or the day, that is not as it was written. */
  | { readonly kind: 'broken'; readonly at: string; readonly problem: string }

const PAGE = 500

/** Walk the chain of an application from its oldest day on. What is written meanwhile is left for the next time. */
export async function verifyAudit(db: Db, appId: string): Promise<Verdict> {
  const heads = await listHeads(db, appId)
  let rows = 0
  let end: string | undefined
  for (const head of heads) {
    if (end !== undefined && head.begins !== end) return broken(head.day, 'does not go on from the day before')
    const problem = await findProblemOfDay(db, appId, head)
    if (problem) return problem
    rows += head.count
    end = head.hash
  }
  return { kind: 'intact', rows, days: heads.length, hash: end ?? '' }
}

const broken = (at: string, problem: string) => ({ kind: 'broken', at, problem }) as const

async function findProblemOfDay(db: Db, appId: string, head: AuditHeadRow): Promise<Verdict | undefined> {
  let previous = head.begins
  for (let n = 0; n < head.count; ) {
    const page = await listAuditRows(db, appId, { after: idAt(head.day, n) }, 'oldest_first', PAGE)
    for (const row of page.slice(0, head.count - n)) {
      n += 1
      const problem = problemOf(row, idAt(head.day, n), previous)
      if (problem) return problem
      previous = row.hash
    }
    if (page.length === 0) return broken(idAt(head.day, n + 1), 'is missing')
  }
  return previous === head.hash ? undefined : broken(head.day, 'does not end as it was written')
}

function problemOf(row: AuditRow, expectedId: string, previous: string): Verdict | undefined {
  if (row.id !== expectedId) return broken(expectedId, 'is missing')
  return hashOf(previous, row) === row.hash ? undefined : broken(row.id, 'was changed, or stands behind another row')
}
