import { type Command, Option } from 'commander'
import type { Variables } from '../../platform/config.ts'
import { type Declared, declare } from '../api/declared.ts'
import { asking, databaseCommand, group, type Runners, withJson } from '../program.ts'
import { addAppChanges } from './app-changes.ts'

const COMMANDS: readonly Declared[] = [
  { usage: 'show <app>', operation: 'getApplication', app: 'argument', examples: ['apps show shop'] },
  {
    usage: 'update <app>',
    operation: 'updateApplication',
    app: 'argument',
    does: 'change the name of an application, or one of its lists as a whole',
    examples: ['apps update shop --name "The shop"', 'apps update shop --redirect-uris https://shop.example/done'],
  },
]

/** `antiphon apps` */
export function addApps(program: Command, variables: Variables, { current, migrated }: Runners): void {
  const apps = group(program, 'apps', 'applications of this instance')

  databaseCommand(
    apps,
    'create <id>',
    'create an application and its first management key',
    (made) =>
      withJson(made)
        .option('--name <name>', 'a name for people; the id when left out')
        .addOption(
          new Option('--mode <mode>', 'dev allows test tokens and a mailbox').choices(['dev', 'prod']).default('prod'),
        ),
    async (id: string, options: { name?: string; mode: 'dev' | 'prod' }) => {
      const { createApp } = await import('../apps.ts')
      return await migrated((deps) => createApp(deps, id, options))
    },
  )

  databaseCommand(apps, 'list', 'list applications', withJson, async () => {
    const { listApps } = await import('../apps.ts')
    return await current(listApps)
  })

  databaseCommand(
    apps,
    'delete <id>',
    'delete an application with all its users, at once and for good',
    (made) => asking(withJson(made), 'Delete for good, with all its users, application'),
    async (id: string) => {
      const { deleteApp } = await import('../apps.ts')
      return await current((deps) => deleteApp(deps, id))
    },
  )

  for (const one of COMMANDS) declare(apps, variables, one)
  addAppChanges(apps, variables)
}
