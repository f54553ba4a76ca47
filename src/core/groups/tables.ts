import type { Migration } from '../../platform/migrate.ts'

/** A name that stands for scopes. */
export type GroupRow = {
  app_id: string
  /** What memberships and sessions know it by: another group of the same name, later, is another one. */
  id: string
  name: string
  /** JSON array. */
  scopes: string
  created_at: number
  updated_at: number
}

/** That a user is in a group. The group may be gone: then it means nothing. */
export type GroupMemberRow = {
  app_id: string
  user_id: string
  group_id: string
  created_at: number
}

export type GroupTables = { user_groups: GroupRow; group_members: GroupMemberRow }

export const groupMigrations: readonly Migration[] = [
  {
    name: 'groups/001-create',
    up: [
      `create table user_groups (
        app_id text not null, id text not null, name text not null, scopes text not null,
        created_at bigint not null, updated_at bigint not null, primary key (app_id, id))`,
      'create unique index user_groups_name on user_groups (app_id, name)',
      `create table group_members (
        app_id text not null, user_id text not null, group_id text not null, created_at bigint not null,
        primary key (app_id, user_id, group_id))`,
      'create index group_members_of on group_members (app_id, group_id)',
    ],
  },
]
