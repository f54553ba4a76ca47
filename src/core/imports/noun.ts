import type { Feature } from '../../platform/feature.ts'
import { checkAllCanaries, checkCanariesOf } from './canaries.ts'
import { loadImport } from './load.ts'
import { rollBack } from './rollback.ts'
import { sweepImports } from './sweep.ts'
import { importMigrations } from './tables.ts'

export const importsNoun: Feature = {
  name: 'imports',
  migrations: importMigrations,
  jobs: [loadImport, rollBack, checkCanariesOf, checkAllCanaries, sweepImports],
  tables: [
    ['imports', 'id'],
    ['import_pieces', 'start'],
    ['import_lines', 'line'],
    ['import_turns', 'import_id'],
    ['imported_users', 'user_id'],
    ['import_leftovers', 'user_id'],
    ['import_claims', 'key'],
  ],
}
