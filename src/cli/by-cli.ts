import { CLI } from '../core/access/actor.ts'
import { audited } from '../core/audit/audited.ts'
import type { Deps } from '../platform/deps.ts'

/** What a command changes: of an application, or of the instance for `''`. `operation` is that of the API which does the same. */
export interface Commanded {
  readonly appId: string
  readonly operation: string
  readonly target?: Readonly<Record<string, string>>
}

/** Do something that leaves a row in the audit log, if it changes anything. */
export const byCli = <T>(
  deps: Deps,
  { appId, operation, target = {} }: Commanded,
  work: (deps: Deps) => Promise<T>,
): Promise<T> => work(audited(deps, { appId, actor: CLI, operation, target, ip: undefined, requestId: undefined }).deps)
