import { z } from 'zod'
import { managementKey } from '../../core/access/management-key.ts'
import { type Group, groupName, MAX_GROUPS, MAX_GROUPS_OF_USER } from '../../core/groups/group.ts'
import { scopeName } from '../../core/scopes/scope.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { failures } from '../../platform/failure.ts'

export const APP_PATH = '/v2/session/apps/{appID}'

export const configured = { audience: 'management', tag: 'Config - Groups', access: managementKey } as const

export const groupFailure = failures({
  group_already_exists: ['conflict', 'The application has a group of this name already.'],
  too_many_groups: [
    'bad_request',
    `An application has at most ${MAX_GROUPS} groups, a user is in at most ${MAX_GROUPS_OF_USER}.`,
  ],
  unknown_group: ['bad_request', 'The application has no group of this name. Add it to config/groups first.'],
})

const MAX_SCOPES = 100

export const scopesOfGroup = z.array(scopeName).max(MAX_SCOPES).meta({
  description: 'What the group gives to whoever is in it. Each must be among the allowed scopes of the application.',
})

const SUPPORT = { name: 'support', scopes: ['orders:read', 'refunds:write'] }

export const newGroup = z
  .object({ name: groupName, scopes: scopesOfGroup.default([]) })
  .meta({ id: 'CreateGroupRequest', examples: [SUPPORT] })

export const groupChange = z
  .object({ scopes: scopesOfGroup })
  .meta({ id: 'UpdateGroupRequest', examples: [{ scopes: ['orders:read'] }] })

export const groupView = z
  .object({
    name: z.string(),
    scopes: z.array(z.string()),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Group' })

export const viewGroup = ({ name, scopes, createdAt, updatedAt }: Group) => ({
  name,
  scopes: [...scopes],
  created_at: rfc3339(createdAt),
  updated_at: rfc3339(updatedAt),
})
