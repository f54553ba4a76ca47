import type { Endpoint } from '../../platform/endpoint.ts'
import { actorOfKey, CLI } from '../access/actor.ts'
import type { Act } from './append.ts'
import { audited } from './audited.ts'
import { namesOf } from './changes.ts'

export const isAudited = ({ audience, method, audit }: Endpoint): boolean =>
  audience === 'management' && method !== 'GET' && audit === undefined

/** The same operation, with a row in the log for each call that is answered with success, or that has changed something. */
export function withAudit(endpoint: Endpoint): Endpoint {
  if (!isAudited(endpoint)) return endpoint
  return {
    ...endpoint,
    async run(input, deps) {
      const { deps: handed, done } = audited(deps, actOf(endpoint, input), namesOf(membersOf(input.body)))
      const answer = await endpoint.run(input, handed)
      await done()
      return answer
    },
  }
}

interface Grant {
  readonly app?: { readonly id: string }
  readonly key: { readonly id: string; readonly appId: string }
  /** The user in the path. */
  readonly userId?: string
}

function actOf(endpoint: Endpoint, { grant, request, params }: Parameters<Endpoint['run']>[0]): Act {
  const { app, key, userId } = grant as Grant
  const { appID, ...given } = (params ?? {}) as Record<string, string>
  // By whatever id the user was named: who looks for what was done to them knows one.
  const others = userId === undefined ? given : { ...given, userID: userId }
  const actor = actorOfKey(key)
  return {
    ip: undefined,
    requestId: undefined,
    appId: app?.id ?? '',
    actor,
    operation: endpoint.operationId,
    target: app || appID === undefined ? others : { appID },
    ...(actor !== CLI && { ip: request.ip, requestId: request.id }),
  }
}

/** Their names alone: what was sent may be secret. */
const membersOf = (body: unknown): string[] =>
  typeof body === 'object' && body !== null && !(body instanceof Uint8Array) && !Array.isArray(body)
    ? Object.keys(body)
    : []
