import type { Command } from 'commander'
import type { Variables } from '../../platform/config.ts'
import { declare } from '../api/declared.ts'
import { group } from '../program.ts'
import { tellEvents } from './told.ts'

/** `antiphon events` */
export function addEvents(program: Command, variables: Variables): void {
  const events = group(program, 'events', 'what happened to an application and its users')
  declare(events, variables, {
    usage: 'list <app>',
    operation: 'listEvents',
    app: 'argument',
    does: 'list events, newest first; kept for 30 days',
    flags: { user_id: 'user' },
    tell: tellEvents,
    examples: ['events list shop', 'events list shop --type step_up.hook_failed --limit 20'],
  })
}
