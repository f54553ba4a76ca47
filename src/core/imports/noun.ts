import type { Feature } from '../../platform/feature.ts'
import { checkAllCanaries, checkCanariesOf } from './canaries.ts'
import { loadImport } from './load.ts'
import { rollBack } from './rollback.ts'
import { box } from './sealed.ts'
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
  sealed: [
    {
      table: 'imports',
      column: 'sealed_canaries',
      key: ['app_id', 'id'],
      box,
      context: ({ app_id, id }) => JSON.stringify([app_id, id, 'canaries']),
    },
    {
      table: 'import_pieces',
      column: 'sealed',
      key: ['app_id', 'import_id', 'start'],
      box,
      context: ({ app_id, import_id, start }) => JSON.stringify([app_id, import_id, 'piece', start]),
    },
    {
      table: 'import_lines',
      column: 'sealed',
      key: ['app_id', 'import_id', 'outcome', 'line'],
      box,
      context: ({ app_id, import_id, line }) => JSON.stringify([app_id, import_id, 'line', line]),
    },
    {
      table: 'import_leftovers',
      column: 'sealed',
      key: ['app_id', 'user_id', 'kind'],
      box,
      context: ({ app_id, user_id, kind }) => JSON.stringify([app_id, user_id, 'leftover', kind]),
    },
  ],
}
