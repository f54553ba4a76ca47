import type { Command } from 'commander'
import { databaseCommand, group, type Runners, withJson } from '../program.ts'

/** `antiphon jobs` */
export function addJobs(program: Command, { current }: Runners): void {
  const jobs = group(program, 'jobs', 'background jobs that were given up after their last try')

  databaseCommand(jobs, 'list', 'list jobs that were given up, and why', withJson, async () => {
    const { listGivenUp } = await import('../jobs.ts')
    return await current(listGivenUp)
  })

  databaseCommand(
    jobs,
    'retry [job_id]',
    'try a job again that was given up',
    (made) => withJson(made).option('--all', 'all of them'),
    async (id: string | undefined, flags: { all?: boolean }) => {
      const { retryJobs } = await import('../jobs.ts')
      return await current((deps) => retryJobs(deps, id, flags))
    },
  )
}
