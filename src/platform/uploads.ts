import type { ServerResponse } from 'node:http'
import { resident } from './deps.ts'

/** Each holds its whole body in memory. */
const MAX_UPLOADS = 4

/** How many uploads are read at once by this process, whoever sends them. */
export const admitUploads = resident(() => {
  let underWay = 0
  return {
    /** False when there are as many as may be. One is over when its answer is, or its connection. */
    admit(response: ServerResponse): boolean {
      if (underWay >= MAX_UPLOADS) return false
      underWay += 1
      response.once('close', () => {
        underWay -= 1
      })
      return true
    },
  }
})
