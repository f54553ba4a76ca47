import type { Command } from 'commander'
import type { EventQuery } from '../events.ts'
import { databaseCommand, group, type Runners, withJson } from '../program.ts'

/** `antiphon events` */
export function addEvents(program: Command, { current }: Runners): void {
  const events = group(program, 'events', 'what happened to an application and its users')

  databaseCommand(
    events,
    'list <app>',
    'list events, newest first; kept for 30 days',
    (made) =>
      withJson(made)
        .option('--type <type>', 'of one type, like step_up.hook_failed')
        .option('--user <id>', 'of one user')
        .option('--limit <count>', 'how many at most', '100'),
    async (app: string, options: EventQuery) => {
      const { listAppEvents } = await import('../events.ts')
      return await current((deps) => listAppEvents(deps, app, options))
    },
  )
}
