import type { Command } from 'commander'
import { asking, databaseCommand, group, inApp, type Runners } from '../program.ts'

/** `antiphon saml` */
export function addSaml(program: Command, { current }: Runners): void {
  const saml = group(program, 'saml', 'what signs our requests to identity providers of companies')

  databaseCommand(
    saml,
    'keys',
    'list the keys of an application, and which one signs',
    inApp,
    async ({ app }: { app: string }) => {
      const { listKeysOfSaml } = await import('../saml.ts')
      return await current((deps) => listKeysOfSaml(deps, app))
    },
  )

  databaseCommand(
    saml,
    'announce-key',
    'make the next key: its certificate stands in our metadata from now on, the old key signs',
    inApp,
    async ({ app }: { app: string }) => {
      const { announceKey } = await import('../saml.ts')
      return await current((deps) => announceKey(deps, app))
    },
  )

  databaseCommand(
    saml,
    'switch-key',
    'sign with the key that was announced, once every identity provider knows its certificate; the old one is over',
    (made) => asking(inApp(made), 'Take back for good the key that signs now'),
    async ({ app }: { app: string }) => {
      const { switchKey } = await import('../saml.ts')
      return await current((deps) => switchKey(deps, app))
    },
  )
}
