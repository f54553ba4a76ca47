import { type Command, Option } from 'commander'
import { command, group, type Runners, withJson } from '../program.ts'

/** `antiphon apps` */
export function addApps(program: Command, { current, migrated }: Runners): void {
  const apps = group(program, 'apps', 'applications of this instance')

  command(
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

  command(apps, 'list', 'list applications', withJson, async () => {
    const { listApps } = await import('../apps.ts')
    return await current(listApps)
  })

  command(
    apps,
    'delete <id>',
    'delete an application with all its users, at once and for good',
    withJson,
    async (id: string) => {
      const { deleteApp } = await import('../apps.ts')
      return await current((deps) => deleteApp(deps, id))
    },
  )
}
