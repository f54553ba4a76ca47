import { median } from './statistics.ts'

/** Two-sided, one in a thousand: how often equal kinds would be called different. */
const Z_ALARM = 3.29
/** One-sided, nine in ten: how surely a difference beyond `resolution` is found. */
const Z_POWER = 1.28
const RESAMPLES = 1_000

/**
 * How often a value of `b` is greater than one of `a`, a tie being half a time: 0.5 when one cannot tell them apart, 0 or 1 when one always
 * can. The Mann–Whitney U statistic over all pairs.
 */
export function probabilityGreater(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((value) => ({ value, mine: false })), ...b.map((value) => ({ value, mine: true }))]
  all.sort((x, y) => x.value - y.value)
  let rankSum = 0
  for (let from = 0; from < all.length; ) {
    let to = from
    while (to < all.length && all[to]?.value === all[from]?.value) to += 1
    const meanRank = (from + 1 + to) / 2
    for (let i = from; i < to; i += 1) if (all[i]?.mine) rankSum += meanRank
    from = to
  }
  return (rankSum - (b.length * (b.length + 1)) / 2) / (a.length * b.length)
}

/** The standard deviation of that probability when both are of one kind. */
export function standardError(countA: number, countB: number): number {
  return Math.sqrt((countA + countB + 1) / (12 * countA * countB))
}

/** How far from 0.5 it may lie: of equal kinds one pair in a thousand lies further. 0.030 for 2 000 values of each. */
export function bound(countA: number, countB: number): number {
  return Z_ALARM * standardError(countA, countB)
}

/** The least delay, in the unit of `values`, that as many values of each kind would give away nine times in ten. */
export function resolution(values: readonly number[]): number {
  const wanted = bound(values.length, values.length) + Z_POWER * standardError(values.length, values.length)
  const seen = (delay: number) =>
    probabilityGreater(
      values,
      values.map((value) => value + delay),
    ) -
      0.5 >=
    wanted
  let low = 0
  let high = (median(values) ?? 0) * 4 + 1
  while (high - low > high / 1_000) {
    const middle = (low + high) / 2
    if (seen(middle)) high = middle
    else low = middle
  }
  return high
}

/** By how much the median of `b` exceeds that of `a`, with the interval that holds the true difference in 95 of 100 runs (bootstrap). */
export function medianDifference(
  a: readonly number[],
  b: readonly number[],
  random: () => number,
): { difference: number; low: number; high: number } {
  const differences = Array.from({ length: RESAMPLES }, () => resampledMedian(b, random) - resampledMedian(a, random))
  differences.sort((x, y) => x - y)
  return {
    difference: (median(b) ?? Number.NaN) - (median(a) ?? Number.NaN),
    low: differences[Math.floor(RESAMPLES * 0.025)] ?? Number.NaN,
    high: differences[Math.floor(RESAMPLES * 0.975)] ?? Number.NaN,
  }
}

function resampledMedian(values: readonly number[], random: () => number): number {
  const drawn = Float64Array.from(values, () => values[Math.floor(random() * values.length)] ?? Number.NaN).sort()
  const middle = drawn.length >> 1
  const upper = drawn[middle] ?? Number.NaN
  return drawn.length % 2 === 1 ? upper : ((drawn[middle - 1] ?? Number.NaN) + upper) / 2
}
