import { z } from 'zod'
import { instanceKey, managementKey } from '../../core/access/management-key.ts'
import { listAuditRows } from '../../core/audit/store.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { nextPage, pageOf } from '../../platform/page.ts'
import { auditEntry, auditQuery, selectionOf, viewOf } from './wire.ts'

const common = {
  method: 'GET',
  audience: 'management',
  permission: 'audit:read',
  tag: 'Audit',
  query: auditQuery,
  failures: [universal.invalid_request],
} as const
const ofApp = { ...common, access: managementKey, params: z.object({ appID: z.string() }) }
const ofInstance = { ...common, access: instanceKey }
const LIST = z.object({ entries: z.array(auditEntry), next: nextPage }).meta({ id: 'ListAuditResponse' })
const LINES = { response: z.string(), mediaType: 'application/x-ndjson' }

const APP_PATH = '/v2/session/apps/{appID}/audit'
const INSTANCE_PATH = '/v2/session/audit'
/** What concerns no one application. */
const INSTANCE = ''

type Query = z.output<typeof auditQuery>

async function page(deps: Deps, appId: string, query: Query) {
  const found = await listAuditRows(deps.db, appId, selectionOf(query), 'newest_first', query.limit + 1)
  const { rows, next } = pageOf(found, query.limit)
  return { body: { entries: rows.map(viewOf), ...next } }
}

/** A row a line, in the order of the chain. */
async function lines(deps: Deps, appId: string, query: Query) {
  const rows = await listAuditRows(deps.db, appId, selectionOf(query), 'oldest_first', query.limit)
  return { body: rows.map((row) => `${JSON.stringify(viewOf(row))}\n`).join('') }
}

const list = endpoint({
  ...ofApp,
  path: APP_PATH,
  operationId: 'listAudit',
  summary: 'List who changed what of an application, newest first',
  response: LIST,
  handle: ({ app, query }, deps) => page(deps, app.id, query),
})

const exported = endpoint({
  ...ofApp,
  path: `${APP_PATH}/export`,
  operationId: 'exportAudit',
  sudo: true,
  summary:
    'Read the audit log as NDJSON, oldest first. Go on with `after`, the id of the last line, until there is none',
  ...LINES,
  handle: ({ app, query }, deps) => lines(deps, app.id, query),
})

const listOfInstance = endpoint({
  ...ofInstance,
  path: INSTANCE_PATH,
  operationId: 'listInstanceAudit',
  summary: 'List who created and deleted applications, and changed instance keys, newest first',
  response: LIST,
  handle: ({ query }, deps) => page(deps, INSTANCE, query),
})

const exportedOfInstance = endpoint({
  ...ofInstance,
  path: `${INSTANCE_PATH}/export`,
  operationId: 'exportInstanceAudit',
  sudo: true,
  summary: 'Read the audit log of the instance as NDJSON, oldest first',
  ...LINES,
  handle: ({ query }, deps) => lines(deps, INSTANCE, query),
})

export const auditOperations = [list, exported, listOfInstance, exportedOfInstance]
