/**
 * Every row of a table, read batch by batch. `list` answers the rows behind one, `size` at most, in the order of an index that tells all of them
 * apart; behind undefined, the first ones.
 */
export async function* inBatches<Row>(
  size: number,
  list: (after: Row | undefined, limit: number) => Promise<readonly Row[]>,
): AsyncGenerator<Row> {
  let last: Row | undefined
  do {
    const batch = await list(last, size)
    yield* batch
    last = batch.length < size ? undefined : batch.at(-1)
  } while (last !== undefined)
}
