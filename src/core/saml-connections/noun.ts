import type { Feature } from '../../platform/feature.ts'
import { lookAtCertificates } from './endings.ts'
import { box, contextOf } from './keys.ts'
import type { SamlKeyRow } from './tables.ts'
import { samlMigrations } from './tables.ts'

export const samlConnectionsNoun: Feature = {
  name: 'saml-connections',
  migrations: samlMigrations,
  look: lookAtCertificates,
  tables: [
    ['saml_connections', 'id'],
    ['saml_domains', 'domain'],
    ['saml_keys', 'generation'],
  ],
  sealed: [
    {
      table: 'saml_keys',
      column: 'sealed_private_key',
      key: ['app_id', 'generation'],
      box,
      context: (row) => contextOf(row as unknown as SamlKeyRow),
    },
  ],
}
