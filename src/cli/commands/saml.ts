import type { Command } from 'commander'
import type { Variables } from '../../platform/config.ts'
import { type Declared, declare, type Tell } from '../api/declared.ts'
import { columns, done } from '../outcome.ts'
import { group } from '../program.ts'

interface SamlKey {
  readonly generation: number
  readonly state: string
  /** PEM. */
  readonly certificate: string
  /** RFC 3339. */
  readonly created_at: string
  readonly expires_at: string
}

const tellKeys: Tell = (body) => {
  const { saml_keys: keys } = body as { saml_keys: readonly SamlKey[] }
  const lines = keys.map((one) => [`${one.generation}`, one.state, one.created_at, one.expires_at])
  const none = 'There is no key: the first connection makes it.'
  return done(keys, columns([['KEY', 'STATE', 'CREATED', 'ENDS'], ...lines], none))
}

const keyIn = (body: unknown) => (body as { saml_key: SamlKey }).saml_key

const tellAnnounced: Tell = (body) => {
  const key = keyIn(body)
  const lines = [
    `Key ${key.generation} is announced: its certificate stands in the metadata of every connection.`,
    'Let each identity provider read the metadata anew, or upload this certificate beside the old one:',
    key.certificate.trim(),
    'Then, in some thirty days: antiphon saml switch-key',
  ]
  return done(key, lines.join('\n'))
}

const tellSwitched: Tell = (body) => {
  const key = keyIn(body)
  return done(
    key,
    `Key ${key.generation} signs. The metadata names no other; take the old certificate away from identity providers.`,
  )
}

const COMMANDS: readonly Declared[] = [
  {
    usage: 'keys',
    operation: 'listSAMLKeys',
    does: 'list the keys of an application, and which one signs',
    tell: tellKeys,
    examples: ['saml keys --app shop'],
  },
  {
    usage: 'announce-key',
    operation: 'announceSAMLKey',
    does: 'make the next key: its certificate stands in our metadata from now on, the old key signs',
    tell: tellAnnounced,
    examples: ['saml announce-key --app shop'],
  },
  {
    usage: 'switch-key',
    operation: 'switchSAMLKey',
    does: 'sign with the key that was announced, once every identity provider knows its certificate; the old one is over',
    asks: 'Take back for good the key that signs now',
    tell: tellSwitched,
    examples: ['saml switch-key --app shop', 'saml switch-key --app shop --yes'],
  },
]

/** `antiphon saml` */
export function addSaml(program: Command, variables: Variables): void {
  const saml = group(program, 'saml', 'what signs our requests to identity providers of companies')
  for (const one of COMMANDS) declare(saml, variables, one)
}
