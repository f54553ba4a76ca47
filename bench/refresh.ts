import { describeRounds, measure, type Plan, type Row } from './measure.ts'
import { measuredRows } from './report/figures.ts'
import { median } from './report/statistics.ts'
import { aimed, cpuRatios, type Ratio, ratios, table } from './report/table.ts'
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
  { of: antiphonSqlite.name, to: antiphonBound.name, atLeast: 0.9 },
  { of: antiphonPostgres.name, to: antiphonBound.name, atLeast: 0.85 },
  { of: antiphonSqlite.name, to: oidcProvider.name, atLeast: 5 },
  { of: antiphonPostgres.name, to: oidcProvider.name, atLeast: 5 },
  { of: antiphonSqlite.name, to: oidcProviderDefault.name },
  { of: antiphonSqlite.name, to: betterAuth.name, atLeast: 3.5 },
  { of: antiphonSqlite.name, to: betterAuthRenewing.name },
  { of: antiphonSqlite.name, to: cryptoAlone.name },
  { of: antiphonSqlite.name, to: nodeHttp.name },
]
const CPU_RATIOS: readonly Ratio[] = [antiphonBound, antiphonSqlite, antiphonPostgres].map(({ name }) => ({
  of: name,
  to: cryptoAlone.name,
  ...(name !== antiphonBound.name && { atMost: 1.6 }),
}))
const MOST_DATABASE_MICROS = 45

/** How fast is a refresh, and how far is that from what the machine allows and from what others do? */
export async function refresh(plan: Plan): Promise<{ markdown: string; valid: boolean; figures: object }> {
  const rows = await measure(SUBJECTS, plan)
  return {
    markdown: [
      describeRounds(plan),
      table(rows),
      ratios(rows, RATIOS),
      cpuRatios(rows, CPU_RATIOS),
      ofDatabase(rows),
    ].join('\n\n'),
    valid: rows.every((row) => row.problem === undefined),
    figures: { rows: measuredRows(rows) },
  }
}

function ofDatabase(rows: readonly Row[]): string {
  const postgres = rows.find(({ name }) => name === antiphonPostgres.name)
  const micros = median((postgres?.intervals ?? []).map((interval) => interval.databaseCpuMicrosPerRequest))
  return micros === undefined
    ? ''
    : `CPU of PostgreSQL for a refresh: ${micros.toFixed(0)} µs${aimed(micros, { atMost: MOST_DATABASE_MICROS })}`
}
