import type { CDPSession, Page } from 'playwright-core'

type Options = Parameters<typeof add>[1]

async function add(devtools: CDPSession, change: object) {
  const options = {
    protocol: 'ctap2',
    ctap2Version: 'ctap2_1',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
    ...change,
  } as const
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', { options })
  return authenticatorId
}

/** Somebody's authenticator, as the browser plays it. What is shown to it is confirmed at once, unless it is left alone. */
export interface Authenticator {
  /** Whether whoever holds it confirms what it asks. */
  confirm(yes: boolean): Promise<void>
  /** Whether it knows its user by finger, face or PIN. */
  verify(yes: boolean): Promise<void>
  /** The ids of what it keeps, base64url. */
  credentialIds(): Promise<string[]>
  /** Lose it. */
  remove(): Promise<void>
}

/** Plug a virtual authenticator into a page; without a change one that is built in, and knows its user. */
export async function plugIn(page: Page, change: Options = {}): Promise<Authenticator> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable', { enableUI: false })
  const authenticatorId = await add(devtools, change)
  return {
    async confirm(enabled) {
      await devtools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
    },
    async verify(isUserVerified) {
      await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
    },
    async credentialIds() {
      const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId })
      return credentials.map(({ credentialId }) => Buffer.from(credentialId, 'base64').toString('base64url'))
    },
    async remove() {
      await devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
    },
  }
}

/** Kept in the device alone; and synced to the other devices of its user. */
export const deviceBound = { defaultBackupEligibility: false, defaultBackupState: false }
export const synced = { defaultBackupEligibility: true, defaultBackupState: true }
