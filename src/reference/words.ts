import type { Words } from '../platform/words.ts'
import { configurationOperations } from './operations/configuration.ts'
import { frontendOperations } from './operations/frontend.ts'
import { managementOperations } from './operations/management.ts'
import { calls } from './words/calls.ts'
import { configuration } from './words/configuration.ts'
import { general } from './words/general.ts'
import { instance } from './words/instance.ts'
import { login } from './words/login.ts'
import { migration } from './words/migration.ts'
import { operators } from './words/operators.ts'
import { people } from './words/people.ts'
import { webhooks } from './words/webhooks.ts'

export const chapters: readonly Words[] = [
  general,
  people,
  operators,
  login,
  configuration,
  migration,
  webhooks,
  instance,
  calls,
  frontendOperations,
  managementOperations,
  configurationOperations,
]

/** What operations do, and what the members of all bodies mean, unless their schemas say so themselves. */
export const words: Words = Object.assign({}, ...chapters)
