import type { Manage } from './antiphon/management.ts'
import { describeRounds, measure, type Plan, type Row } from './measure.ts'
import { median } from './report/statistics.ts'
import { type Ratio, ratios, table } from './report/table.ts'
import { type Equip, postgresRefresh, sqliteRefresh } from './subjects/antiphon.ts'

const input = ($input: string, $type = 'string') => ({ $input, $type })

/** Six claims, of everything that the database is asked for and of what it is not. */
const MAPPING = {
  user_id: input('user_id', 'uuid'),
  email: input('emails'),
  locale: input('locales'),
  has_passkey: input('has_passkey', 'boolean'),
  plan: { $custom_claim: 'plan' },
  groups: input('groups', 'string[]'),
}

/** Everybody in two groups, with something in their profile, before they log in once more. */
const equip: Equip = async (manage, seed) => {
  await seed()
  for (const scope of ['orders:read', 'refunds:write']) await manage('POST', '/config/scopes', { scope })
  for (const name of ['readers', 'support'])
    await manage('POST', '/config/groups', { name, scopes: ['orders:read', 'refunds:write'] })
  for (const id of await userIds(manage)) {
    await manage('PATCH', `/users/${id}/profile`, { plan: 'pro', locales: ['de-AT', 'en'] })
    for (const group of ['readers', 'support']) await manage('POST', `/users/${id}/groups`, { group })
  }
  await manage('POST', '/config/claims', { mapping: MAPPING })
}

async function userIds(manage: Manage): Promise<string[]> {
  const { users } = (await manage('GET', '/users')) as { users: { id: string }[] }
  return users.map(({ id }) => id)
}

const PLAIN = { sqlite: 'refresh, SQLite', postgres: 'refresh, PostgreSQL' }
const MAPPED = {
  sqlite: 'the same with two groups and six claims, SQLite',
  postgres: 'the same with two groups and six claims, PostgreSQL',
}

const RATIOS: readonly Ratio[] = [
  { of: MAPPED.sqlite, to: PLAIN.sqlite, atLeast: 0.95 },
  { of: MAPPED.postgres, to: PLAIN.postgres, atLeast: 0.95 },
]

/** What do groups and mapped claims cost a refresh? */
export async function claims(plan: Plan): Promise<{ markdown: string; valid: boolean }> {
  const rows = await measure(
    [
      sqliteRefresh(PLAIN.sqlite),
      sqliteRefresh(MAPPED.sqlite, equip),
      postgresRefresh(PLAIN.postgres),
      postgresRefresh(MAPPED.postgres, equip),
    ],
    plan,
  )
  return {
    markdown: `${describeRounds(plan)}\n\n${table(rows)}\n\n${ratios(rows, RATIOS)}\n${cpuRatios(rows)}`,
    valid: rows.every((row) => row.problem === undefined),
  }
}

/** The same by the server's CPU for each request, which neighbours on the machine disturb less. */
function cpuRatios(rows: readonly Row[]): string {
  const cpuOf = (name: string) =>
    rows.find((row) => row.name === name)?.intervals.map((one) => one.cpuMicrosPerRequest) ?? []
  const lines = RATIOS.map(({ of, to }) => {
    const plain = cpuOf(to)
    const quotients = cpuOf(of).map((cpu, round) => cpu / (plain[round] ?? Number.NaN))
    return `| CPU of ${of} ÷ ${to} | ${median(quotients)?.toFixed(2)} |`
  })
  return lines.join('\n')
}
