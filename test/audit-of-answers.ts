import assert from 'node:assert/strict'
import { isAudited } from '../src/core/audit/endpoint.ts'
import type { AuditTables } from '../src/core/audit/tables.ts'
import type { Deps } from '../src/platform/deps.ts'
import { endpoints } from '../src/server.ts'
import { endpointOf } from './coverage-of-answers.ts'

/** Of the instance, where a call is about no application that is there already. */
const appOf = (path: string, ofInstance: boolean) => (ofInstance ? '' : (path.split(/[/?#]/)[4] ?? ''))

/** A call that was answered with success and is one that must be in the audit log has left one entry there. */
export async function assertAudited(
  deps: Deps,
  method: string,
  path: string,
  { status, headers }: { readonly status: number; readonly headers: Headers },
): Promise<void> {
  if (method === 'GET' || status >= 300 || !path.startsWith('/v2/')) return
  const endpoint = endpointOf(endpoints, method, path)
  if (!endpoint || !isAudited(endpoint)) return
  const rows = await deps.db
    .withTables<AuditTables>()
    .selectFrom('audit_rows')
    .select('operation')
    .where('app_id', '=', appOf(path, endpoint.access.name === 'instanceKey'))
    .where('request_id', '=', headers.get('x-request-id'))
    .execute()
  const operations = rows.map(({ operation }) => operation)
  assert.deepEqual(operations, [endpoint.operationId], `${method} ${path} is not in the audit log once`)
}
