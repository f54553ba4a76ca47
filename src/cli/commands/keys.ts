import type { Command } from 'commander'
import type { Variables } from '../../platform/config.ts'
import type { Deps } from '../../platform/deps.ts'
import { serverNamedIn, type TargetFlags, type Ways, withApi, withOwn, withTarget } from '../api/target.ts'
import type { KeyFlags } from '../key-flags.ts'
import { misused, type Outcome } from '../outcome.ts'
import { askFirst, asking, command, group, onlyDatabase, type Runners, withJson } from '../program.ts'
import { addSecretKeys } from './secret-keys.ts'

/** Whose keys or entries: those of one application, or of the instance. */
export interface Holder {
  readonly app?: string
  readonly instance?: boolean
}

/** Whose keys or entries are meant. */
export const ofHolder = (made: Command) =>
  withJson(made).option('--app <id>', 'of one application').option('--instance', 'of the whole instance')

/** What is done: with an application’s keys by the API, with those of the instance, which it has nothing for, on the database. */
interface Doing {
  app(ways: Ways, app: string): Promise<Outcome>
  instance(deps: Deps): Promise<Outcome>
}

/** `antiphon keys` */
export function addKeys(program: Command, variables: Variables, run: Runners): void {
  const keys = group(program, 'keys', 'keys of the management API')
  addSecretKeys(keys, variables, run)
  addCreate(keys, variables, run)
  addList(keys, variables, run)
  addRevoke(keys, variables, run)
  addRotate(keys, variables, run)
}

function addCreate(keys: Command, variables: Variables, { migrated }: Runners): void {
  command(
    keys,
    'create',
    'create a key and show it once',
    (made) =>
      withTarget(ofHolder(made))
        .option('--name <name>', 'a name for people', 'cli')
        .option('--permissions <names>', 'what it may do, as users:read,users:write; everything, if this is left out')
        .option('--expires <when>', 'when it ends: 90d, 12h, or a time')
        .option('--networks <ranges>', 'where it may be used from, as 10.0.0.0/8,203.0.113.7'),
    async (flags: Holder & TargetFlags & KeyFlags & { name: string }, made: Command) => {
      const { readKeyFlags } = await import('../key-flags.ts')
      const given = readKeyFlags(flags, await now())
      if ('problem' in given) return misused(given.problem)
      const order = { ...given, name: flags.name }
      return await ofOne(made, variables, migrated, {
        app: async (ways, app) => (await import('./app-keys.ts')).createAppKey(ways, app, order),
        instance: async (deps) => (await import('../keys.ts')).createInstanceKey(deps, order),
      })
    },
  )
}

const now = async () => (await import('../../platform/clock.ts')).systemClock()

function addList(keys: Command, variables: Variables, { current }: Runners): void {
  command(
    keys,
    'list',
    'list live keys',
    (made) => withTarget(ofHolder(made)),
    async (_: unknown, made: Command) =>
      await ofOne(made, variables, current, {
        app: async (ways, app) => (await import('./app-keys.ts')).listAppKeys(ways, app),
        instance: async (deps) => (await import('../keys.ts')).listInstanceKeys(deps),
      }),
  )
}

const ofKey = (made: Command) =>
  withTarget(withJson(made)).option('--app <id>', 'the application that it is of; of a server this has to be said')

function addRevoke(keys: Command, variables: Variables, { current }: Runners): void {
  command(
    keys,
    'revoke <key_id>',
    'revoke a key',
    (made) => asking(ofKey(made), 'Revoke key'),
    async (keyId: string, _: unknown, made: Command) => {
      const agreed = await askFirst(made)
      if (agreed.kind !== 'agreed') return agreed
      return await withKey(made, variables, current, keyId, {
        app: async (ways, app) => (await import('./app-keys.ts')).revokeAppKey(ways, app, keyId),
        instance: async (deps) => (await import('../keys.ts')).revokeInstanceKey(deps, keyId),
      })
    },
  )
}

function addRotate(keys: Command, variables: Variables, { migrated }: Runners): void {
  command(
    keys,
    'rotate <key_id>',
    'make a key in the place of another, which goes on working for a while; show the new one once',
    (made) =>
      ofKey(made)
        .option('--overlap-hours <hours>', 'how long the old key goes on working', '24')
        .option('--expires <when>', 'when the new one ends: 90d, 12h, or a time; as the old one, if this is left out'),
    async (keyId: string, flags: { overlapHours: string; expires?: string }, made: Command) => {
      const { readRotation } = await import('../key-flags.ts')
      const times = readRotation(flags, await now())
      if ('problem' in times) return misused(times.problem)
      return await withKey(made, variables, migrated, keyId, {
        app: async (ways, app) => (await import('./app-keys.ts')).rotateAppKey(ways, app, keyId, times),
        instance: async (deps) => (await import('../keys.ts')).rotateInstanceKey(deps, keyId, times),
      })
    },
  )
}

type Run = Runners['current']

async function ofOne(made: Command, variables: Variables, run: Run, doing: Doing): Promise<Outcome> {
  const flags = made.opts<Holder & TargetFlags>()
  const { app, instance = false } = flags
  if ((app !== undefined) === instance) return misused('say whose keys: either --app <id> or --instance')
  if (app !== undefined) return await ofApp(made, variables, app, doing)
  const named = serverNamedIn(made)
  return named === undefined
    ? await run(doing.instance)
    : misused(`keys ${made.name()} --instance ${onlyDatabase(named)}`)
}

const ofApp = (made: Command, variables: Variables, app: string, doing: Doing): Promise<Outcome> =>
  withApi(variables, made.opts<TargetFlags>(), made.name() !== 'list', (ways) => doing.app(ways, app))

/** With one key. On a database whoever has it is found, on a server it is said. */
async function withKey(made: Command, variables: Variables, run: Run, keyId: string, doing: Doing): Promise<Outcome> {
  const { app } = made.opts<Holder>()
  if (app !== undefined) return await ofApp(made, variables, app, doing)
  if (serverNamedIn(made) !== undefined)
    return misused('say of which application the key is: --app <id>; keys of the instance are of the database alone')
  return await run(async (deps) => {
    const { findHolder, INSTANCE, noLiveKey } = await import('../keys.ts')
    const holder = await findHolder(deps, keyId)
    if (holder === undefined) return noLiveKey(keyId)
    return holder === INSTANCE ? await doing.instance(deps) : await withOwn(deps, (ways) => doing.app(ways, holder))
  })
}
