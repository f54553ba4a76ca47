import type { Command } from 'commander'
import type { Variables } from '../../platform/config.ts'
import { type Declared, declare } from '../api/declared.ts'
import { group } from '../program.ts'
import { addAppChanges } from './app-changes.ts'
import { tellApps, tellDeletedApp, tellNewApp } from './told.ts'

const COMMANDS: readonly Declared[] = [
  {
    usage: 'create <id>',
    operation: 'createApplication',
    does: 'create an application and its first management key',
    argument: 'id',
    tell: tellNewApp,
    examples: ['apps create shop', 'apps create sandbox --name "To try" --mode dev'],
  },
  { usage: 'list', operation: 'listApplications', does: 'list applications', tell: tellApps, examples: ['apps list'] },
  {
    usage: 'delete <id>',
    operation: 'deleteApplication',
    app: 'argument',
    does: 'delete an application with all its users, at once and for good',
    asks: 'Delete for good, with all its users, application',
    tell: tellDeletedApp,
    examples: ['apps delete shop', 'apps delete shop --yes'],
  },
  { usage: 'show <app>', operation: 'getApplication', app: 'argument', examples: ['apps show shop'] },
  {
    usage: 'update <app>',
    operation: 'updateApplication',
    app: 'argument',
    does: 'change the name of an application, or one of its lists as a whole',
    examples: ['apps update shop --name "The shop"', 'apps update shop --redirect-uris https://shop.example/done'],
  },
  {
    usage: 'findings <app>',
    operation: 'listFindings',
    app: 'argument',
    does: 'what `doctor` finds of an application, asked of the server',
    columns: ['level', 'topic', 'what', 'mend'],
    examples: ['apps findings shop', 'apps findings shop --probe true'],
  },
]

/** `antiphon apps` */
export function addApps(program: Command, variables: Variables): void {
  const apps = group(program, 'apps', 'applications of this instance')
  for (const one of COMMANDS) declare(apps, variables, one)
  addAppChanges(apps, variables)
}
