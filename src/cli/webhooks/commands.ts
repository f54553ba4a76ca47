import type { Command } from 'commander'
import type { Variables } from '../../platform/config.ts'
import { command, inApp } from '../program.ts'
import type { ReplayFlags } from './answers.ts'
import type { ListenFlags } from './listen.ts'
import type { ServerFlags } from './server.ts'

const onServer = (made: Command) =>
  made.option('--server <url>', 'the running Antiphon; its key in ANTIPHON_MANAGEMENT_KEY', 'https://localhost:8443')

/** `antiphon webhooks`: by the management API of a running server, which may be elsewhere. */
export function addWebhooks(program: Command, variables: Variables): void {
  const webhooks = program.command('webhooks').description('events that are sent to other systems, of a running server')

  command(
    webhooks,
    'listen',
    'forward events to a URL of this machine, signed as they would come, until Ctrl-C',
    (made) =>
      onServer(made)
        .requiredOption('--app <id>', 'the application')
        .requiredOption('--forward <url>', 'where to, like http://localhost:3000/hook')
        .option('--events <types>', 'of these types alone, comma-separated, like user.created,user.deleted')
        .option('--webhook <id>', 'go on with a webhook of kind pull, and keep it'),
    async (flags: ListenFlags) => (await import('./listen.ts')).listen(variables, flags),
  )

  command(
    webhooks,
    'list',
    'list webhooks, and how they are',
    (made) => onServer(inApp(made)),
    async (flags: ServerFlags) => (await import('./answers.ts')).listWebhooks(variables, flags),
  )

  command(
    webhooks,
    'test <webhook_id>',
    'send a sample of an event, and show what was answered',
    (made) => onServer(inApp(made)).option('--event <type>', 'of this type', 'user.created'),
    async (id: string, flags: ServerFlags & { event: string }) =>
      (await import('./answers.ts')).testWebhook(variables, id, flags),
  )

  command(
    webhooks,
    'replay <webhook_id>',
    'send again what was not taken',
    (made) =>
      onServer(inApp(made))
        .requiredOption('--since <time>', 'from then on, like 2026-11-29T12:00:00Z')
        .option('--until <time>', 'up to then')
        .option('--all', 'what was taken, too'),
    async (id: string, flags: ReplayFlags) => (await import('./answers.ts')).replayWebhook(variables, id, flags),
  )
}
