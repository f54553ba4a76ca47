import type { Deps } from './deps.ts'
import { overdueMs } from './jobs/jobs.ts'

/** Set the metrics of what is looked at when somebody asks. Where the database does not answer, what it would tell stays as it was. */
export async function lookForMetrics(deps: Deps): Promise<void> {
  const { connectionsUsed, connectionsAwaited, oldestJob } = deps.metrics
  const { used, waiting } = deps.databaseLoad()
  connectionsUsed.set(used)
  connectionsAwaited.set(waiting)
  const overdue = await overdueMs(deps).catch(() => undefined)
  if (overdue !== undefined) oldestJob.set(overdue / 1000)
}
