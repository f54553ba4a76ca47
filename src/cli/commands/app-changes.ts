import { Argument, type Command } from 'commander'
import type { Variables } from '../../platform/config.ts'
import { call } from '../api/declared.ts'
import { fill, operationOf } from '../api/operations.ts'
import { type TargetFlags, type Ways, withApi, withTarget } from '../api/target.ts'
import { answered, type Outcome, refusedBy } from '../outcome.ts'
import { command, withJson } from '../program.ts'

type Origins = TargetFlags & {
  readonly allow?: readonly string[]
  readonly disallow?: readonly string[]
  readonly publish?: readonly string[]
  readonly withdraw?: readonly string[]
}

const each = (value: string, before: readonly string[] = []) => [...before, value]

/** `antiphon apps origins` and `antiphon apps mode`: without a change they tell what is so. */
export function addAppChanges(apps: Command, variables: Variables): void {
  command(
    apps,
    'origins <app>',
    'show at which origins an application answers and whose pages may call it, or add and remove some',
    (made) =>
      withTarget(withJson(made))
        .option('--allow <origin>', 'pages of this origin may call it; may be repeated', each)
        .option('--disallow <origin>', 'they may not any more', each)
        .option('--publish <origin>', 'clients reach it there; may be repeated', each)
        .option('--withdraw <origin>', 'they do not any more', each),
    async (appID: string, flags: Origins) =>
      await withApi(variables, flags, hasChange(flags), (ways) => origins(ways, appID, flags)),
  )

  command(
    apps,
    'mode <app>',
    'show or set the mode of an application',
    (made) => withTarget(withJson(made)).addArgument(new Argument('[mode]', 'to be set').choices(['dev', 'prod'])),
    async (appID: string, mode: string | undefined, flags: TargetFlags) => {
      const operation = operationOf(mode === undefined ? 'getMode' : 'updateMode')
      const body = mode === undefined ? undefined : JSON.stringify({ mode })
      const request = { path: fill(operation, { appID }), query: '', body }
      return await withApi(variables, flags, mode !== undefined, (ways) => call(ways, operation, request))
    },
  )
}

const hasChange = ({ allow, disallow, publish, withdraw }: Origins) =>
  [allow, disallow, publish, withdraw].some((one) => one !== undefined)

interface Hosts {
  readonly public_origins: readonly string[]
  readonly allowed_origins: readonly string[]
}

async function origins({ channel }: Ways, appID: string, flags: Origins): Promise<Outcome> {
  const found = await channel({ method: 'GET', path: fill(operationOf('getApplication'), { appID }) })
  if (found.kind !== 'answered') return refusedBy(found)
  const { application } = found.body as { application: Hosts }
  if (!hasChange(flags)) return shown(application)
  const body = JSON.stringify({
    allowed_origins: changed(application.allowed_origins, flags.allow, flags.disallow),
    public_origins: changed(application.public_origins, flags.publish, flags.withdraw),
  })
  const operation = operationOf('updateApplication')
  const answer = await channel({ method: operation.method, path: fill(operation, { appID }), body })
  if (answer.kind !== 'answered') return refusedBy(answer)
  return shown((answer.body as { application: Hosts }).application)
}

/** A list with some more, each once, and without others. */
export const changed = (
  list: readonly string[],
  more: readonly string[] = [],
  less: readonly string[] = [],
): string[] => [...new Set([...list, ...more].filter((one) => !less.includes(one)))]

function shown({ public_origins, allowed_origins }: Hosts): Outcome {
  const lines = [
    ...public_origins.map((origin) => `answers at      ${origin}`),
    ...allowed_origins.map((origin) => `called by       ${origin}`),
  ]
  return answered(
    { public_origins, allowed_origins },
    lines.join('\n') || 'It answers at its own host, and no page may call it.',
  )
}
