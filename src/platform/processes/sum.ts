import { AggregatorRegistry } from 'prom-client'

/** A metric as a process tells it: what it is, how several are made one, and its values by label. */
export interface Metric {
  readonly name: string
  readonly type: string
  readonly aggregator?: string
}

/**
 * One process's metrics beside another's, made one by the `aggregator` of each: `sum` unless it says otherwise; `first` is that of the first
 * process that has it.
 */
const joined = (parts: readonly (readonly Metric[])[]) => AggregatorRegistry.aggregate(parts as Metric[][])

/** The metrics of several processes as Prometheus reads them. */
export const sumText = async (parts: readonly (readonly Metric[])[]): Promise<string> => await joined(parts).metrics()

/** What only ever grows of both: it must not shrink when a process ends, or it would look as if the whole had begun anew. */
export async function keepCounted(kept: readonly Metric[], ended: readonly Metric[]): Promise<readonly Metric[]> {
  const grows = ({ type }: Metric) => type === 'counter' || type === 'histogram'
  return (await joined([kept, ended.filter(grows)]).getMetricsAsJSON()) as unknown as Metric[]
}
