import { encode } from '../../crypto/base64url.ts'
import { hmacSha256 } from '../../crypto/hash.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { kept } from '../../platform/kept-keys.ts'
import { writeDigests } from './digests.ts'
import { provenOf } from './people.ts'
import type { Candidate } from './prepare.ts'
import type { ImportClaimRow, ImportTables } from './tables.ts'

const key = kept('import-claims')

const nameOf = (deps: Deps, place: readonly string[], text: string) =>
  encode(hmacSha256(key(deps), JSON.stringify([...place, text])).subarray(0, 16))

type Place = Pick<ImportClaimRow, 'app_id' | 'import_id'>

const nameOfUser = (deps: Deps, { app_id, import_id }: Place, { record }: Candidate) =>
  nameOf(deps, [app_id, import_id, 'user'], record.externalId)

const namesOfProofs = (deps: Deps, { app_id, import_id }: Place, candidate: Candidate) =>
  provenOf(candidate).map((proof) => nameOf(deps, [app_id, import_id, 'proof'], proof))

/** What a dry run remembers of a line, in the place of what the line would have made of the database. */
export function claimRows(deps: Deps, place: Place, candidate: Candidate): ImportClaimRow[] {
  const user = nameOfUser(deps, place, candidate)
  return [
    { ...place, key: user, holder: writeDigests(candidate.wanted) },
    ...namesOfProofs(deps, place, candidate).map((proof) => ({ ...place, key: proof, holder: user })),
  ]
}

const ROWS_PER_STATEMENT = 500

export async function insertClaims(tx: Tx, rows: readonly ImportClaimRow[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    await tx
      .withTables<ImportTables>()
      .insertInto('import_claims')
      .values(rows.slice(start, start + ROWS_PER_STATEMENT))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

/** What earlier lines would have made of it: undefined when they say nothing of it. */
export type Claimed = { kind: 'updated' | 'unchanged' } | { kind: 'conflict'; code: 'taken_in_file'; field: string }

/** What earlier lines of a dry run say of these, by candidate. */
export async function findClaimed(
  db: Db,
  deps: Deps,
  place: Place,
  candidates: readonly Candidate[],
): Promise<Map<Candidate, Claimed>> {
  const names = candidates.flatMap((one) => [nameOfUser(deps, place, one), ...namesOfProofs(deps, place, one)])
  if (names.length === 0) return new Map()
  const rows = await db
    .withTables<ImportTables>()
    .selectFrom('import_claims')
    .select(['key', 'holder'])
    .where('app_id', '=', place.app_id)
    .where('import_id', '=', place.import_id)
    .where('key', 'in', [...new Set(names)])
    .execute()
  const holders = new Map(rows.map((row) => [row.key, row.holder]))
  return new Map(
    candidates.flatMap((one) => {
      const claimed = judge(holders, nameOfUser(deps, place, one), namesOfProofs(deps, place, one), one)
      return claimed ? [[one, claimed] as const] : []
    }),
  )
}

function judge(
  holders: ReadonlyMap<string, string>,
  user: string,
  proofs: readonly string[],
  { wanted }: Candidate,
): Claimed | undefined {
  const isOthers = proofs.some((proof) => holders.has(proof) && holders.get(proof) !== user)
  if (isOthers) return { kind: 'conflict', code: 'taken_in_file', field: 'identifiers' }
  const applied = holders.get(user)
  if (applied === undefined) return undefined
  return { kind: applied === writeDigests(wanted) ? 'unchanged' : 'updated' }
}
