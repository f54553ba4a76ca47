import type { Feature } from '../../platform/feature.ts'
import { lookAtCertificates } from './endings.ts'
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
}
