import type { Db } from '../../platform/db.ts'
import { logsIn } from '../federation/config.ts'
import { findOAuthConfig } from '../federation/config-store.ts'
import type { FederatedIdentityRow } from '../federation/tables.ts'
import { isSamlConnectionId, samlLogsIn } from '../saml-connections/logs-in.ts'
import { findSamlConnection } from '../saml-connections/store.ts'

/** Whether an account elsewhere logs its user in, as the provider or the company's connection that it names is configured now. */
export async function accountLogsIn(
  db: Db,
  appId: string,
  row: Pick<FederatedIdentityRow, 'provider' | 'issuer' | 'email'>,
): Promise<boolean> {
  return isSamlConnectionId(row.provider)
    ? samlLogsIn(await findSamlConnection(db, appId, row.provider), row)
    : logsIn(await findOAuthConfig(db, appId, row.provider), row)
}
