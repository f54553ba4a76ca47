import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { Operator } from '../../api/operations.ts'

export type Role = Operator['role']

/** What somebody of a role is for. */
export const ROLE_WORDS: Readonly<
  Record<Role, { readonly name: MessageDescriptor; readonly words: MessageDescriptor }>
> = {
  owner: { name: msg`Owner`, words: msg`Everything, what later releases add included.` },
  admin: { name: msg`Admin`, words: msg`Everything there is but to delete an application.` },
  developer: {
    name: msg`Developer`,
    words: msg`Configuration, domains and keys of applications. Sees nothing of users.`,
  },
  support: {
    name: msg`Support`,
    words: msg`Users, their sessions and what was sent to them. Changes no configuration.`,
  },
  analyst: { name: msg`Analyst`, words: msg`Numbers. Sees nothing of users.` },
  auditor: { name: msg`Auditor`, words: msg`Reads everything, and changes nothing.` },
}
