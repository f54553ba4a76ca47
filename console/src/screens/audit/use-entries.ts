import { useRead } from '../../api/query.ts'
import type { Query } from './question.ts'

/** A page of the log of an application; without one, of the instance. */
export function useEntries(appID: string, query: Query) {
  const ofApp = useRead('listAudit', { path: { appID }, query }, { enabled: appID !== '' })
  const ofInstance = useRead('listInstanceAudit', { query }, { enabled: appID === '' })
  return appID === '' ? ofInstance : ofApp
}
