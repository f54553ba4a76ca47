import type { Antiphon } from './antiphon.ts'
import { connectDemo } from './connect.ts'
import { type Management, openManagement } from './management.ts'

/** What the stories do without: it comes from somebody's own configuring. By path, and by the name of the list in the answer. */
const OTHERS = [
  ['config/login/otp', 'login_configs'],
  ['config/messages/providers', 'providers'],
] as const

/**
 * Configure the application as it was when the demo was first opened, whatever somebody configured since, so that its stories go as they are told. Its
 * users, their sessions and passkeys stay, as do keys, webhooks, scopes and groups. False, and nothing is changed, out of mode dev. Throws when the API refuses.
 */
export async function putBack(antiphon: Antiphon): Promise<boolean> {
  const management = openManagement(antiphon)
  const { mode } = await management.readApplication()
  if (mode !== 'dev') return false
  await management.resetSettings()
  for (const [path, name] of OTHERS) await removeAll(management, path, name)
  await connectDemo(antiphon, { anew: true })
  return true
}

async function removeAll(management: Management, path: string, name: string) {
  for (const id of await management.listIds(path, name)) await management.remove(`${path}/${id}`)
}
