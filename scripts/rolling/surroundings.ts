/** What an application has around it: a mail server that knows the codes, a legacy system with a migration hook, people with passwords. */
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { managementOf } from '../../bench/antiphon/management.ts'
import { allowCodes, allowPasswords, createPeople } from '../../bench/antiphon/ways-in.ts'
import { openInbox } from '../../bench/load/inbox.ts'
import { bind } from '../../bench/peers/listen.ts'
import { APP } from './fleet.ts'

export interface Surroundings {
  readonly people: readonly { readonly email: string; readonly password: string }[]
}

/** Configure the application, at a process that serves it: login by code, by password, by migration. */
export async function surround(address: string, managementKey: string, people: number): Promise<Surroundings> {
  const manage = managementOf(address, APP, managementKey)
  await allowCodes(manage, await openInbox(), 'open')
  await allowPasswords(manage)
  await manage('POST', '/config/migration', { session_validation_url: await openLegacySystem() })
  return { people: await createPeople(manage, people) }
}

/** It knows every token: `legacy-7` is the session of the person `legacy-7`. Answers the URL of its hook. */
const openLegacySystem = () =>
  bind(
    createServer(async (incoming, response) => {
      const { token }: { token: string } = JSON.parse(await text(incoming))
      const identifiers = [{ type: 'email_address', value: `${token}@example.org` }]
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify({ user: { external_id: token, identifiers } }))
    }).unref(),
  )
