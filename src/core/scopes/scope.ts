import { z } from 'zod'

/** A scope as the APIs take it. */
export const scopeName = z
  .string()
  .max(128)
  .regex(/^[a-zA-Z0-9.\-_:]+$/, 'must be of letters, digits and . - _ : alone')

/** Whether a scope is one of the house’s own: a login or a step-up grants it, and what it allows consumes it. */
export const isReserved = (scope: string): boolean => scope.startsWith('prld:')
