import type { Config } from '../../platform/config.ts'
import { withoutPort } from '../applications/application.ts'
import type { DomainRow } from './tables.ts'

/** What an application writes into its DNS: the CNAME, or an address and the TXT. */
export interface Records {
  /** Names the application, so that nobody else can use it as a proof. */
  readonly cname: string
  readonly txt: { readonly name: string; readonly value: string }
}

const TXT_LABEL = '_antiphon'

export const recordsOf = (row: Pick<DomainRow, 'app_id' | 'domain' | 'proof'>, config: Config): Records => ({
  cname: `${row.app_id}.${withoutPort(config.baseDomain)}`,
  txt: { name: `${TXT_LABEL}.${row.domain}`, value: row.proof },
})
