import type { Command } from 'commander'
import type { Variables } from '../../platform/config.ts'
import { type Declared, declare } from '../api/declared.ts'
import { withTarget } from '../api/target.ts'
import { command, inApp } from '../program.ts'
import type { ReplayFlags } from './answers.ts'
import type { ListenFlags } from './listen.ts'
import type { ServerFlags } from './server.ts'

const COMMANDS: readonly Declared[] = [
  { usage: 'get <webhook_id>', operation: 'getWebhook', examples: ['webhooks get web_… --app shop'] },
  {
    usage: 'create',
    operation: 'createWebhook',
    without: ['verification_token'],
    flags: { url: 'endpoint' },
    examples: [
      'webhooks create --app shop --endpoint https://shop.example/hook --events user.created --data @token.json',
    ],
  },
  {
    usage: 'update <webhook_id>',
    operation: 'updateWebhook',
    without: ['verification_token'],
    flags: { url: 'endpoint' },
    examples: ['webhooks update web_… --app shop --events user.created,user.deleted'],
  },
  { usage: 'activate <webhook_id>', operation: 'activateWebhook', examples: ['webhooks activate web_… --app shop'] },
  {
    usage: 'deactivate <webhook_id>',
    operation: 'deactivateWebhook',
    examples: ['webhooks deactivate web_… --app shop'],
  },
  { usage: 'delete <webhook_id>', operation: 'deleteWebhook', examples: ['webhooks delete web_… --app shop'] },
  {
    usage: 'deliveries <webhook_id>',
    operation: 'listWebhookDeliveries',
    examples: ['webhooks deliveries web_… --app shop --status failed'],
  },
]

/** `antiphon webhooks` */
export function addWebhooks(program: Command, variables: Variables): void {
  const webhooks = program.command('webhooks').description('events that are sent to other systems')

  command(
    webhooks,
    'listen',
    'forward events to a URL of this machine, signed as they would come, until Ctrl-C',
    (made) =>
      withTarget(made)
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
    (made) => withTarget(inApp(made)),
    async (flags: ServerFlags) => (await import('./answers.ts')).listWebhooks(variables, flags),
  )

  command(
    webhooks,
    'test <webhook_id>',
    'send a sample of an event, and show what was answered',
    (made) => withTarget(inApp(made)).option('--event <type>', 'of this type', 'user.created'),
    async (id: string, flags: ServerFlags & { event: string }) =>
      (await import('./answers.ts')).testWebhook(variables, id, flags),
  )

  command(
    webhooks,
    'replay <webhook_id>',
    'send again what was not taken',
    (made) =>
      withTarget(inApp(made))
        .requiredOption('--since <time>', 'from then on, like 2026-11-29T12:00:00Z')
        .option('--until <time>', 'up to then')
        .option('--all', 'what was taken, too'),
    async (id: string, flags: ReplayFlags) => (await import('./answers.ts')).replayWebhook(variables, id, flags),
  )

  for (const one of COMMANDS) declare(webhooks, variables, one)
}
