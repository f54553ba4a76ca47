import { z } from 'zod'

/** A group as the APIs take its name. */
export const groupName = z
  .string()
  .max(64)
  .regex(/^[a-zA-Z0-9\-_]+$/, 'must be of letters, digits and - _ alone')

export interface Group {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly createdAt: number
  readonly updatedAt: number
}

/** All of an application are kept in memory, and listed in one answer. */
export const MAX_GROUPS = 500

/** Their ids are on every session of the user, and their scopes in every access token. */
export const MAX_GROUPS_OF_USER = 100
