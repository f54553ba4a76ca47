import type { Command } from 'commander'
import type { Variables } from '../../platform/config.ts'
import { type DeclaredGroup, declareGroup } from '../api/declared.ts'
import { group } from '../program.ts'

/** The commands of a configuration that an application has once, or has not: `what` is the end of the names of its operations. */
function once(name: string, description: string, what: string, data: string): DeclaredGroup {
  const use = (verb: string, more = '') => [`config ${name} ${verb} --app shop${more}`]
  const from = ` --data @${data}`
  return {
    name,
    description,
    commands: [
      { usage: 'get', operation: `get${what}`, examples: use('get') },
      { usage: 'create', operation: `create${what}`, examples: use('create', from) },
      { usage: 'update', operation: `update${what}`, examples: use('update', from) },
      { usage: 'delete', operation: `delete${what}`, examples: use('delete') },
    ],
  }
}

const OTP: DeclaredGroup = {
  name: 'otp',
  description: 'login by code',
  commands: [
    { usage: 'list', operation: 'listLoginOtpConfigs', examples: ['config otp list --app shop'] },
    {
      usage: 'create',
      operation: 'createLoginOtpConfig',
      examples: ['config otp create --app shop --config-type otp --channel-type email'],
    },
    {
      usage: 'update <config>',
      operation: 'updateLoginOtpConfig',
      examples: ['config otp update cfg_… --app shop --data @otp.json'],
    },
    { usage: 'delete <config>', operation: 'deleteLoginOtpConfig', examples: ['config otp delete cfg_… --app shop'] },
  ],
}

const secret = ['client_secret']

const OAUTH: DeclaredGroup = {
  name: 'oauth',
  description: 'login by Google, Apple, Microsoft, Okta and other providers',
  commands: [
    { usage: 'list', operation: 'listLoginOAuthConfigs', examples: ['config oauth list --app shop'] },
    {
      usage: 'get <provider>',
      operation: 'getLoginOAuthConfig',
      examples: ['config oauth get google --app shop'],
    },
    {
      usage: 'create <provider>',
      operation: 'createLoginOAuthConfig',
      without: secret,
      examples: ['config oauth create google --app shop --data @google.json'],
    },
    {
      usage: 'update <provider>',
      operation: 'updateLoginOAuthConfig',
      without: secret,
      examples: ['config oauth update google --app shop --data @google.json'],
    },
    {
      usage: 'delete <provider>',
      operation: 'deleteLoginOAuthConfig',
      examples: ['config oauth delete google --app shop'],
    },
  ],
}

const SAML: DeclaredGroup = {
  name: 'saml',
  description: 'login by the identity providers of companies',
  commands: [
    { usage: 'list', operation: 'listSAMLConnections', examples: ['config saml list --app shop'] },
    {
      usage: 'get <provider> <connection>',
      operation: 'getSAMLConnection',
      examples: ['config saml get okta saml_… --app shop'],
    },
    {
      usage: 'create <provider>',
      operation: 'createSAMLConnection',
      examples: ['config saml create okta --app shop --data @okta.json'],
    },
    {
      usage: 'update <provider> <connection>',
      operation: 'updateSAMLConnection',
      examples: ['config saml update okta saml_… --app shop --data @okta.json'],
    },
    {
      usage: 'delete <provider> <connection>',
      operation: 'deleteSAMLConnection',
      examples: ['config saml delete okta saml_… --app shop'],
    },
  ],
}

const PASSKEYS: DeclaredGroup = {
  name: 'passkeys',
  description: 'login by passkey',
  commands: [
    { usage: 'get', operation: 'getPasskeyConfig', examples: ['config passkeys get --app shop'] },
    { usage: 'set', operation: 'putPasskeyConfig', examples: ['config passkeys set --app shop --data @passkeys.json'] },
    { usage: 'delete', operation: 'deletePasskeyConfig', examples: ['config passkeys delete --app shop'] },
  ],
}

const TOKENS: DeclaredGroup = {
  name: 'tokens',
  description: 'how long tokens live',
  commands: [
    { usage: 'get', operation: 'getTokenConfig', examples: ['config tokens get --app shop'] },
    {
      usage: 'set',
      operation: 'updateTokenConfig',
      examples: ['config tokens set --app shop --access-token-ttl-seconds 90'],
    },
  ],
}

const PARTS: readonly DeclaredGroup[] = [
  OTP,
  once('password', 'login by password', 'LoginPasswordConfig', 'password.json'),
  OAUTH,
  SAML,
  PASSKEYS,
  once('step-up', 'what a session may do only after another proof', 'StepUpConfig', 'step-up.json'),
  once('migration', 'where sessions of the legacy system are exchanged', 'MigrationConfig', 'migration.json'),
  once('claims', 'claims of access tokens', 'ClaimsMapping', 'claims.json'),
  TOKENS,
]

/** `antiphon config` */
export function addConfig(program: Command, variables: Variables): void {
  const config = group(program, 'config', 'how people log in to an application, and what their tokens say')
  for (const part of PARTS) declareGroup(config, variables, part)
}
