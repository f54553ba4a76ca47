import { announce } from '../dom.ts'
import { listMail } from '../mail.ts'
import { awaitedCode, change, current } from '../state.ts'

/** The clocks of the browser and the server are one, or nearly so. */
const LEEWAY_MS = 1_000

/** See whether the code that the user waits for has come. */
export async function lookForMail(): Promise<void> {
  const all = (await listMail()) ?? []
  const awaited = awaitedCode(current())
  if (!awaited) return
  const mail = all.filter(
    ({ code, created_at }) => code !== null && Date.parse(created_at) > awaited.askedAt - LEEWAY_MS,
  )
  if (mail[0]?.id === current().mail[0]?.id) return
  change({ mail })
  if (mail[0]) announce(`A message for ${mail[0].recipient} has come: ${mail[0].subject || mail[0].text}`)
}
