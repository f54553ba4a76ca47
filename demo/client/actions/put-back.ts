import { now, timeOfDay } from '../clock.ts'
import { announce, write } from '../dom.ts'
import { attempt } from './attempt.ts'

/** Have the server configure the application as the stories need it. */
export const putBack = () =>
  attempt('put back', async () => {
    const answer = await window.fetch('/demo/put-back', { method: 'POST' })
    if (!answer.ok) throw new Error('The demo was not put back. The log of the server says more.')
    write('put-back-news', `Put back at ${timeOfDay(now())}.`)
    announce('The demo is put back.')
  })
