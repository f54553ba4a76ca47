import { Argument, type Command } from 'commander'
import type { Variables } from '../../platform/config.ts'
import { misused, type Outcome } from '../outcome.ts'
import { command, consent, ioOf, withExamples, withJson } from '../program.ts'
import { leadsElsewhere } from './channel.ts'
import { call, withData } from './declared.ts'
import { readInput, tryJson } from './inputs.ts'
import { findOperation, type Input } from './operations.ts'
import { type TargetFlags, withApi, withTarget } from './target.ts'

type Flags = TargetFlags & {
  readonly app?: string
  readonly field?: readonly string[]
  readonly data?: string
  readonly yes?: boolean
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

const each = (value: string, before: readonly string[] = []) => [...before, value]

/** `antiphon api`: any call of the management API. */
export function addApi(program: Command, variables: Variables): void {
  const made: Command = command(
    program,
    'api',
    'call any operation of the management API: docs/api/management.json',
    (made) =>
      withTarget(withJson(made))
        .addArgument(new Argument('<method>', 'of the call').choices(METHODS))
        .argument('<path>', 'from /v2/ on; or with --app, what stands behind the id of the application, like /users')
        .option('--app <id>', 'the application')
        .option('-f, --field <name=value>', 'a member of the body, or in a GET of the query; may be repeated', each)
        .option('--data <json>', 'the whole body: JSON, @file, or - for standard input')
        .option('--yes', 'do not ask before a DELETE'),
    async (method: string, path: string, flags: Flags) => await perform(made, variables, { method, path, flags }),
  )
  withExamples(
    made,
    'api GET /users --app shop -f limit=10',
    'api PATCH /settings --app shop --data \'{"settings":{"sessions":{"audience":"https://api.example.com"}}}\'',
    'api DELETE /v2/session/apps/shop/webhooks/web_… --yes',
  )
}

interface Typed {
  readonly method: string
  readonly path: string
  readonly flags: Flags
}

async function perform(made: Command, variables: Variables, { method, path, flags }: Typed): Promise<Outcome> {
  const whole = flags.app === undefined ? path : `/v2/session/apps/${encodeURIComponent(flags.app)}${path}`
  if (!/^\/v2\/[\x21-\x7e]*$/.test(whole) || leadsElsewhere(whole))
    return misused(`${path}: a path begins with /v2/, or with / behind --app`)
  const operation = findOperation(method, whole.replace(/\?.*/, ''))
  const fields = readFields(flags.field ?? [], operation?.body?.members ?? [])
  if (typeof fields === 'string') return misused(fields)
  const isGet = method === 'GET'
  const query = isGet ? queryOf(whole, fields) : ''
  const hasBody = !isGet && (flags.data !== undefined || flags.field !== undefined || operation?.body !== undefined)
  const body = hasBody
    ? await withData(flags.data, operation?.body?.mediaType ?? 'application/json', fields)
    : undefined
  if (typeof body === 'object') return misused(body.problem)
  if (method === 'DELETE') {
    const agreed = await consent(ioOf(made), `DELETE ${whole}`, flags.yes === true)
    if (agreed.kind !== 'agreed') return agreed
  }
  return await withApi(variables, flags, !isGet, (ways) =>
    call(ways, { method, ...(operation?.body && { body: operation.body }) }, { path: whole, query, body }),
  )
}

/** `name=value` each: what the operation declares, else JSON where it is that, else a text. In words, what is wrong with them. */
function readFields(typed: readonly string[], members: readonly Input[]): Record<string, unknown> | string {
  const fields: Record<string, unknown> = {}
  for (const one of typed) {
    const [, name = '', text = ''] = /^([^=]+)=(.*)$/s.exec(one) ?? []
    if (name === '') return `--field takes name=value, and not ${one}`
    const declared = members.find((member) => member.name === name)
    const read = declared ? readInput(declared, text) : { value: tryJson(text) ?? text }
    if ('problem' in read) return `--field ${name} ${read.problem}`
    fields[name] = read.value
  }
  return fields
}

function queryOf(path: string, fields: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)]))
  if (query.size === 0) return ''
  return `${path.includes('?') ? '&' : '?'}${query}`
}
