import { type Command, Option } from 'commander'
import type { Variables } from '../../platform/config.ts'
import { answered, done, misused, type Outcome, refusedBy } from '../outcome.ts'
import { askFirst, asking, command, group, withExamples, withJson } from '../program.ts'
import { choicesOf, flagOf, keyOf, placeholderOf, readInput, readText, tryJson } from './inputs.ts'
import { fill, type Input, type Operation, operationOf, parametersOf } from './operations.ts'
import { show } from './show.ts'
import { type TargetFlags, type Ways, withApi, withTarget } from './target.ts'

/** A command that is an operation of the management API. Its flags are the members of the query and of the body. */
export interface Declared {
  /** With its arguments: the parameters of the path, besides the application. `get <user>` */
  readonly usage: string
  readonly operation: string
  /** What it is for, where the summary of the operation does not say it well for the command line. */
  readonly does?: string
  /** Where the application is named: by `--app`, or by the first argument. */
  readonly app?: 'argument'
  /** What is sent, where that is always the same. */
  readonly body?: object
  /** Members of the API that have flags of another name, since theirs is taken. */
  readonly flags?: Readonly<Record<string, string>>
  /** Members of the body that have no flag of their own: others see what is typed, and these are secret, or are said otherwise. */
  readonly without?: readonly string[]
  /** The member of the body that the first argument is, where it is no parameter of the path. */
  readonly argument?: string
  /** Flags that add to the body what is no member of it as it was typed. */
  readonly extra?: readonly Extra[]
  /** Which members of a list are shown. */
  readonly columns?: readonly string[]
  /** How the answer is told, where it is neither a table nor a list of members. */
  readonly tell?: Tell
  /** What is asked before: `Delete user` with the arguments behind it. Each DELETE has it. */
  readonly asks?: string
  /** How it is used, without `antiphon` before it. */
  readonly examples: readonly string[]
}

/** What came of it, from the body of an answer, the arguments, and where an application answers. */
export type Tell = (
  body: unknown,
  said: { readonly args: readonly string[]; readonly originOf: Ways['originOf'] },
) => Outcome

export interface Extra {
  readonly flag: string
  readonly placeholder: string
  readonly description: string
  add(body: Readonly<Record<string, unknown>>, typed: string): Record<string, unknown>
}

type Flags = TargetFlags & Readonly<Record<string, string | boolean | undefined>>

/** Commands that are named by the noun that they are about. */
export interface DeclaredGroup {
  readonly name: string
  readonly description: string
  readonly commands: readonly Declared[]
}

/** Add a group of commands for operations. */
export function declareGroup(
  parent: Command,
  variables: Variables,
  { name, description, commands }: DeclaredGroup,
): Command {
  const made = group(parent, name, description)
  for (const one of commands) declare(made, variables, one)
  return made
}

/** Add a command for an operation. */
export function declare(parent: Command, variables: Variables, declared: Declared): Command {
  const operation = operationOf(declared.operation)
  const made: Command = command(
    parent,
    declared.usage,
    declared.does ?? sentence(operation.summary),
    (made) => withInputs(made, operation, declared),
    async (...given: unknown[]) => {
      const args = given.slice(0, made.registeredArguments.length) as string[]
      return await perform(made, variables, declared, args)
    },
  )
  return withExamples(made, ...declared.examples)
}

const sentence = (summary: string) => summary.charAt(0).toLowerCase() + summary.slice(1)

/** What may be said by flags: members of the query, and of a body that is not always the same. */
const inputsOf = ({ query, body }: Operation, declared: Declared): readonly Input[] => [
  ...query,
  ...(declared.body ? [] : membersOf(body, declared)),
]

const membersOf = (body: Operation['body'], { without = [], argument }: Declared): readonly Input[] =>
  (body?.members ?? []).filter(({ name }) => name !== argument && !without.includes(name))

const flagNamed = (input: Input, { flags }: Declared) => flags?.[input.name] ?? flagOf(input)

function withInputs(made: Command, operation: Operation, declared: Declared): Command {
  if (operation.path.includes('{appID}') && declared.app !== 'argument')
    made.requiredOption('--app <id>', 'the application')
  for (const input of inputsOf(operation, declared)) {
    made.addOption(optionOf(input, flagNamed(input, declared)))
  }
  for (const { flag, placeholder, description } of declared.extra ?? [])
    made.option(`--${flag} <${placeholder}>`, description)
  if (operation.body && !declared.body)
    made.option('--data <json>', 'the whole body in one: JSON, @file, or - for standard input')
  const { method, summary } = operation
  if (method === 'DELETE' || declared.asks) asking(made, declared.asks ?? sentence(summary))
  return withTarget(withJson(made))
}

function optionOf(input: Input, flag: string): Option {
  const choices = choicesOf(input)
  const told = input.description || input.name.replaceAll('_', ' ')
  const description = input.required ? `${told} (required, unless in --data)` : told
  if (choices) return new Option(`--${flag} <${flag}>`, description).choices(choices)
  return new Option(`--${flag} <${placeholderOf(input)}>`, description)
}

async function perform(
  made: Command,
  variables: Variables,
  declared: Declared,
  args: readonly string[],
): Promise<Outcome> {
  const operation = operationOf(declared.operation)
  const flags = made.opts<Flags>()
  const said = await readFlags(flags, operation, declared, args)
  if ('problem' in said) return misused(said.problem)
  const agreed = await askFirst(made)
  if (agreed.kind !== 'agreed') return agreed
  return await withApi(variables, flags, operation.method !== 'GET', (ways) =>
    call(ways, operation, { path: pathOf(operation, flags, args), ...said }, (body) =>
      declared.tell ? declared.tell(body, { args, originOf: ways.originOf }) : tellBody(body, declared.columns),
    ),
  )
}

function pathOf(operation: Operation, { app }: Flags, args: readonly string[]): string {
  const rest = [...args]
  const appID = typeof app === 'string' ? app : operation.path.includes('{appID}') ? rest.shift() : undefined
  const named = Object.fromEntries(parametersOf(operation).map((name, i) => [name, rest[i] ?? '']))
  return fill(operation, { appID: appID ?? '', ...named })
}

/** An answer as it is; where there is none, a word for whoever does not want JSON. */
const tellBody = (body: unknown, heads?: readonly string[]): Outcome =>
  body === undefined ? done(null, 'Done.') : answered(body, show(body, heads))

interface Said {
  /** With its question mark; empty for none. */
  readonly query: string
  readonly body: string | undefined
}

/** Call, and tell what was answered: to people as they read it, to machines as it is. */
export async function call(
  { channel }: Pick<Ways, 'channel'>,
  { method, body: taken }: Pick<Operation, 'method' | 'body'>,
  { path, query, body }: Said & { readonly path: string },
  tell: (body: unknown) => Outcome = tellBody,
): Promise<Outcome> {
  const answer = await channel({
    method,
    path: path + query,
    ...(body !== undefined && { body, mediaType: taken?.mediaType ?? 'application/json' }),
  })
  return answer.kind === 'answered' ? tell(answer.body) : refusedBy(answer)
}

async function readFlags(
  flags: Flags,
  operation: Operation,
  declared: Declared,
  [first]: readonly string[],
): Promise<Said | { problem: string }> {
  const query = new URLSearchParams()
  for (const input of operation.query) {
    const typed = flags[keyOf(flagNamed(input, declared))]
    if (typeof typed === 'string') query.set(input.name, typed)
  }
  const body = await readBody(flags, operation, declared, first)
  if (typeof body === 'object') return body
  return { query: query.size === 0 ? '' : `?${query}`, body }
}

async function readBody(
  flags: Flags,
  { body }: Operation,
  declared: Declared,
  first: string | undefined,
): Promise<string | undefined | { problem: string }> {
  if (!body) return undefined
  if (declared.body) return JSON.stringify(declared.body)
  let members: Record<string, unknown> = declared.argument === undefined ? {} : { [declared.argument]: first }
  for (const input of membersOf(body, declared)) {
    const flag = flagNamed(input, declared)
    const typed = flags[keyOf(flag)]
    if (typeof typed !== 'string') continue
    const read = readInput(input, typed)
    if ('problem' in read) return { problem: `--${flag} ${read.problem}` }
    members[input.name] = read.value
  }
  for (const { flag, add } of declared.extra ?? []) {
    const typed = flags[keyOf(flag)]
    if (typeof typed === 'string') members = { ...members, ...add(members, typed) }
  }
  const missing = flags.data === undefined ? missingIn(members, membersOf(body, declared), declared) : undefined
  return missing ? { problem: missing } : await withData(flags.data, body.mediaType, members)
}

/** Which flags a body cannot do without, and lacks. */
function missingIn(members: object, inputs: readonly Input[], declared: Declared): string | undefined {
  const flags = inputs.flatMap((input) =>
    input.required && !(input.name in members) ? [`--${flagNamed(input, declared)}`] : [],
  )
  if (flags.length === 0) return undefined
  return `${flags.join(' and ')} ${flags.length === 1 ? 'is' : 'are'} missing, or --data with the whole body`
}

/** The whole body as it was given, and the members of flags in it. */
export async function withData(
  data: string | boolean | undefined,
  mediaType: string,
  members: Readonly<Record<string, unknown>>,
): Promise<string | undefined | { problem: string }> {
  const hasMembers = Object.keys(members).length > 0
  if (typeof data !== 'string')
    return hasMembers || mediaType === 'application/json' ? JSON.stringify(members) : undefined
  const read = await readText(data)
  if ('problem' in read) return { problem: `--data ${read.problem}` }
  if (mediaType !== 'application/json') return read.text
  const whole = tryJson(read.text)
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole))
    return { problem: '--data takes a JSON object' }
  return JSON.stringify({ ...whole, ...members })
}
