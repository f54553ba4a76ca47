import { describeRounds, measure, type Plan } from './measure.ts'
import { measuredRows } from './report/figures.ts'
import { type Ratio, ratios, table } from './report/table.ts'
import { antiphonBound, antiphonPostgres, antiphonSqlite } from './subjects/antiphon.ts'
import { betterAuth, betterAuthRenewing } from './subjects/better-auth.ts'
import { cryptoAlone } from './subjects/crypto.ts'
import { nodeHttp } from './subjects/node-http.ts'
import { oidcProvider, oidcProviderDefault } from './subjects/oidc-provider.ts'
import type { Subject } from './subjects/subject.ts'

const SUBJECTS: readonly Subject[] = [
  antiphonBound,
  antiphonSqlite,
  antiphonPostgres,
  nodeHttp,
  cryptoAlone,
  oidcProvider,
  oidcProviderDefault,
  betterAuth,
  betterAuthRenewing,
]
const RATIOS: readonly Ratio[] = [
  { of: antiphonSqlite.name, to: antiphonBound.name, atLeast: 0.85 },
  { of: antiphonPostgres.name, to: antiphonBound.name, atLeast: 0.85 },
  { of: antiphonSqlite.name, to: oidcProvider.name, atLeast: 5 },
  { of: antiphonPostgres.name, to: oidcProvider.name, atLeast: 5 },
  { of: antiphonSqlite.name, to: oidcProviderDefault.name },
  { of: antiphonSqlite.name, to: betterAuth.name, atLeast: 3.5 },
  { of: antiphonSqlite.name, to: betterAuthRenewing.name },
  { of: antiphonSqlite.name, to: cryptoAlone.name },
  { of: antiphonSqlite.name, to: nodeHttp.name },
]

/** How fast is a refresh, and how far is that from what the machine allows and from what others do? */
export async function refresh(plan: Plan): Promise<{ markdown: string; valid: boolean; figures: object }> {
  const rows = await measure(SUBJECTS, plan)
  return {
    markdown: `${describeRounds(plan)}\n\n${table(rows)}\n\n${ratios(rows, RATIOS)}`,
    valid: rows.every((row) => row.problem === undefined),
    figures: { rows: measuredRows(rows) },
  }
}
