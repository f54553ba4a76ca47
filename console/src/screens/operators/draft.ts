import type { CreateOperatorRequest, Operator } from '../../api/operations.ts'

/** An operator as a dialog has it. `apps`: null for all, those to come included. */
export interface Draft {
  readonly name: string
  readonly email: string
  readonly role: Operator['role']
  readonly apps: readonly string[] | null
}

export const NOBODY: Draft = { name: '', email: '', role: 'support', apps: null }

/** What is sent of a choice of applications: the server judges what is in it. */
export const appsOf = ({ apps }: Draft): NonNullable<CreateOperatorRequest['apps']> | null => apps && [...apps]
