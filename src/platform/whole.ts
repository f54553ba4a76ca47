import { type Deps, resident } from './deps.ts'
import type { Feature } from './feature.ts'
import type { Migration } from './migrate.ts'
import type { SealedColumn } from './sealed-column.ts'

/** What all features and nouns of a server add up to, for whoever looks at the whole of it. */
export interface Whole extends Required<Pick<Feature, 'outboundUrls' | 'examine'>> {
  readonly migrations: readonly Migration[]
  readonly sealed: readonly SealedColumn[]
}

/** That of the server that runs here. */
export const serverWhole = resident((_deps: Deps) => {
  let given: Whole | undefined
  return {
    give(whole: Whole) {
      given = whole
    },
    get(): Whole {
      if (!given) throw new Error('no server was opened here')
      return given
    },
  }
})
