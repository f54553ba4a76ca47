import type { Command } from 'commander'
import type { Variables } from '../../platform/config.ts'
import { addAssign } from '../api/assign.ts'
import { type DeclaredGroup, declareGroup } from '../api/declared.ts'
import { tellTrial } from './told.ts'

const GROUPS: readonly DeclaredGroup[] = [
  {
    name: 'groups',
    description: 'groups of users, and the scopes that they give',
    commands: [
      { usage: 'list', operation: 'listGroups', examples: ['groups list --app shop'] },
      { usage: 'get <group>', operation: 'getGroup', examples: ['groups get staff --app shop'] },
      {
        usage: 'create',
        operation: 'createGroup',
        examples: ['groups create --app shop --name staff --scopes read,write'],
      },
      { usage: 'update <group>', operation: 'updateGroup', examples: ['groups update staff --app shop --scopes read'] },
      { usage: 'delete <group>', operation: 'deleteGroup', examples: ['groups delete staff --app shop'] },
      { usage: 'of <user>', operation: 'listUserGroups', examples: ['groups of usr_… --app shop'] },
      { usage: 'add <user>', operation: 'addUserToGroup', examples: ['groups add usr_… --app shop --group staff'] },
      {
        usage: 'remove <user> <group>',
        operation: 'removeUserFromGroup',
        asks: 'Take out of a group:',
        examples: ['groups remove usr_… staff --app shop'],
      },
    ],
  },
  {
    name: 'scopes',
    description: 'scopes that an application knows, and those of a user',
    commands: [
      { usage: 'list', operation: 'listScopes', examples: ['scopes list --app shop'] },
      { usage: 'create', operation: 'createScope', examples: ['scopes create --app shop --scope orders:read'] },
      { usage: 'delete', operation: 'deleteScope', examples: ['scopes delete --app shop --scope orders:read'] },
      { usage: 'add <user>', operation: 'addUserScope', examples: ['scopes add usr_… --app shop --scope orders:read'] },
      {
        usage: 'remove <user>',
        operation: 'removeUserScope',
        asks: 'Take a scope from',
        examples: ['scopes remove usr_… --app shop --scope orders:read'],
      },
    ],
  },
  {
    name: 'messages',
    description: 'what was sent to whom, and by which provider',
    commands: [
      {
        usage: 'list',
        operation: 'listMessages',
        columns: ['created_at', 'id', 'channel', 'recipient', 'template', 'status', 'reason'],
        examples: [
          'messages list --app shop --recipient ada@example.com --status failed',
          'messages list --app shop --created-after 2026-11-29T12:00:00Z --limit 10 --json',
        ],
      },
      { usage: 'get <message>', operation: 'getMessage', examples: ['messages get msg_… --app shop'] },
      {
        usage: 'mailbox',
        operation: 'listMailbox',
        columns: ['created_at', 'channel', 'recipient', 'text'],
        examples: ['messages mailbox --app demo'],
      },
      {
        usage: 'providers',
        operation: 'listMessageProviders',
        columns: ['id', 'channel', 'kind', 'position'],
        examples: ['messages providers --app shop'],
      },
      {
        usage: 'add-provider',
        operation: 'createMessageProvider',
        examples: ['messages add-provider --app shop --data @smtp.json'],
      },
      {
        usage: 'update-provider <provider>',
        operation: 'updateMessageProvider',
        examples: ['messages update-provider prv_… --app shop --data @smtp.json'],
      },
      {
        usage: 'test-provider <provider>',
        operation: 'testMessageProvider',
        tell: tellTrial,
        examples: ['messages test-provider prv_… --app shop --recipient ada@example.com'],
      },
      {
        usage: 'delete-provider <provider>',
        operation: 'deleteMessageProvider',
        examples: ['messages delete-provider prv_… --app shop'],
      },
    ],
  },
  {
    name: 'domains',
    description: 'custom domains of an application',
    commands: [
      {
        usage: 'list',
        operation: 'listDomains',
        columns: ['id', 'domain', 'status', 'created_at'],
        examples: ['domains list --app shop'],
      },
      { usage: 'get <domain>', operation: 'getDomain', examples: ['domains get dom_… --app shop'] },
      { usage: 'add', operation: 'createDomain', examples: ['domains add --app shop --domain auth.shop.example'] },
      { usage: 'verify <domain>', operation: 'verifyDomain', examples: ['domains verify dom_… --app shop'] },
      { usage: 'delete <domain>', operation: 'deleteDomain', examples: ['domains delete dom_… --app shop'] },
    ],
  },
]

const SETTINGS: DeclaredGroup = {
  name: 'settings',
  description: 'settings of an application: docs/settings.md',
  commands: [{ usage: 'get', operation: 'getSettings', examples: ['settings get --app shop'] }],
}

/** Groups of commands that are operations of the management API as they are, and the settings. */
export function addOfApp(program: Command, variables: Variables): void {
  for (const one of GROUPS) declareGroup(program, variables, one)
  addAssign(declareGroup(program, variables, SETTINGS), variables)
}
