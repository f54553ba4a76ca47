import type { ApiAnswer, Channel } from './api/channel.ts'
import { fill, operationOf } from './api/operations.ts'
import type { Ways } from './api/target.ts'
import { unknownApp } from './apps.ts'
import { done, misused, type Outcome, refused, refusedBy } from './outcome.ts'

/** By what a user is looked for: one member. */
export type UserQuery = {
  readonly email?: string | undefined
  readonly phone?: string | undefined
  readonly externalId?: string | undefined
  readonly internalId?: string | undefined
  readonly id?: string | undefined
}

/** As the management API shows it, with identifiers that nobody has proven. */
interface User {
  readonly id: string
  readonly external_id?: string
  readonly internal_id?: string
  readonly status: string
  readonly identifiers: readonly { readonly type: string; readonly value: string; readonly verified: boolean }[]
  readonly scopes: readonly string[]
  readonly profile: object
  readonly created_at: string
  readonly updated_at: string
}

/** `antiphon users find` */
export async function findOne({ channel }: Pick<Ways, 'channel'>, appId: string, query: UserQuery): Promise<Outcome> {
  if (Object.values(query).filter((value) => value !== undefined).length !== 1) {
    return misused('say by what: one of --email, --phone, --external-id, --internal-id and --id')
  }
  const answer = await search(channel, appId, query)
  if (answer.kind === 'answered') return tell(appId, usersIn(answer.body))
  if (isMissing(answer)) return (await hasApp(channel, appId)) ? noUser(appId) : unknownApp(appId)
  if (answer.answered?.code === 'invalid_identifier')
    return misused('this is no e-mail address, or no phone number with its country code')
  return refusedBy(answer)
}

const noUser = (appId: string) => refused(`application ${appId} has no such user`)

/** Whoever may look for users may list them. */
const hasApp = async (channel: Channel, appID: string) =>
  !isMissing(await get(channel, 'listUsers', { appID }, { limit: '1' }))

const isMissing = (answer: ApiAnswer) => answer.kind !== 'answered' && answer.answered?.code === 'not_found'

function get(
  channel: Channel,
  id: string,
  values: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string>> = {},
): Promise<ApiAnswer> {
  const operation = operationOf(id)
  return channel({ method: operation.method, path: `${fill(operation, values)}?${new URLSearchParams(query)}` })
}

async function search(channel: Channel, appID: string, query: UserQuery): Promise<ApiAnswer> {
  const { email, phone, externalId, internalId, id } = query
  if (externalId !== undefined) return await searchByExternalId(channel, appID, externalId)
  const userID = id ?? internalId
  if (userID !== undefined) return await get(channel, 'getUser', { appID, userID }, { unverified: 'true' })
  const [type, value] = email === undefined ? ['phone_number', phone ?? ''] : ['email_address', email]
  const identifier = { identifier_type: type, identifier_value: value }
  return await get(channel, 'listUsers', { appID }, { ...identifier, unverified: 'true' })
}

async function searchByExternalId(channel: Channel, appID: string, externalId: string): Promise<ApiAnswer> {
  const operation = operationOf('batchLookup')
  const body = JSON.stringify({ external_ids: [externalId] })
  const answer = await channel({ method: operation.method, path: fill(operation, { appID }), body })
  const [found] = answer.kind === 'answered' ? usersIn(answer.body) : []
  return found ? await get(channel, 'getUser', { appID, userID: found.id }, { unverified: 'true' }) : answer
}

function usersIn(body: unknown): readonly User[] {
  const { user, users = [] } = body as { user?: User; users?: readonly User[] }
  return user ? [user] : users
}

/** Who has proven what was asked for is in front; without a proof nobody is more meant than another. */
function tell(appId: string, [user, ...others]: readonly User[]): Outcome {
  if (!user) return noUser(appId)
  const beside = others.map(({ id }) => `Also has it, unverified  ${id}`)
  const view = { ...user, external_id: user.external_id ?? null, internal_id: user.internal_id ?? null }
  return done(
    { ...view, ...(others.length > 0 && { claimed_by: others.map(({ id }) => id) }) },
    [...linesOf(user), ...beside].join('\n'),
  )
}

const linesOf = (user: User) => [
  `User         ${user.id}`,
  `External id  ${user.external_id ?? 'none'}`,
  ...(user.internal_id === undefined ? [] : [`Internal id  ${user.internal_id}`]),
  `Status       ${user.status}`,
  ...user.identifiers.map(({ value, verified }) => `Identifier   ${value}${verified ? '' : ', unverified'}`),
  `Scopes       ${user.scopes.join(' ') || 'none'}`,
  `Profile      ${JSON.stringify(user.profile)}`,
  `Created      ${user.created_at}`,
  `Updated      ${user.updated_at}`,
]
