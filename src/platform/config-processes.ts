/** More would be a slip: each has memory and connections of its own. */
export const MAX_PROCESSES = 128

/** `auto`, or 1 to `MAX_PROCESSES`. */
export const PROCESSES = /^(auto|[1-9]\d?|1[01]\d|12[0-8])$/

/** Why not with SQLite. */
export const ONE_ALONE =
  'takes PostgreSQL: a SQLite file is served by one process alone, in which writes share their commits. Leave it out, or run `antiphon move --to postgres://…`'

const ONE_POOL = 16
const ALL_POOLS = 64
const LEAST_POOL = 4

/** How many connections each of so many processes has unless somebody says it: all together no more than PostgreSQL takes as it is installed, 100. */
export const poolOf = (processes = 1): number =>
  Math.max(LEAST_POOL, Math.min(ONE_POOL, Math.floor(ALL_POOLS / processes)))
