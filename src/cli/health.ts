import { askReady } from '../platform/ask-ready.ts'
import { readListen, type Variables } from '../platform/config.ts'
import { done, misconfigured, type Outcome, refused } from './outcome.ts'

/** Less than what a supervisor waits for an answer. */
const WITHIN_MS = 3_000

/** `antiphon health`: whether the server that was given the same variables answers, and is ready. For images, which have nothing else to ask with. */
export async function health(variables: Variables): Promise<Outcome> {
  const read = readListen(variables)
  if (read.kind === 'faults') return misconfigured(read.faults)
  const { listen, isTls } = read
  const at = `${listen.host}:${listen.port}`
  if (listen.port === 0)
    return refused('ANTIPHON_LISTEN: port 0 is another one at each start, so nobody knows whom to ask')
  const told = await askReady(listen, isTls, WITHIN_MS)
  if (told.kind === 'silent') return refused(`the server at ${at} does not answer: ${told.fault}`)
  if (told.kind === 'ready') return done({ status: 'ready' }, 'ready')
  return done(
    { status: 'not ready', reason: told.reason },
    told.reason ? `not ready: ${told.reason}` : 'not ready',
    true,
  )
}
