/** The value below which the share `q` of the ascending `sorted` lies; `undefined` when there is none. */
export function quantile(sorted: readonly number[], q: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]
}

/** The median of the values that are known. */
export function median(values: readonly (number | undefined)[]): number | undefined {
  const sorted = values.filter((value) => value !== undefined).toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length % 2 === 1) return sorted[middle]
  const [low, high] = [sorted[middle - 1], sorted[middle]]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
}

/** Greatest minus least, over the median: how far the rounds lie apart. */
export function spread(values: readonly number[]): number | undefined {
  const middle = median(values)
  return middle ? (Math.max(...values) - Math.min(...values)) / middle : undefined
}
