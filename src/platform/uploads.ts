import type { ServerResponse } from 'node:http'
import { resident } from './deps.ts'

/** Each holds its whole body in memory. */
const MAX_UPLOADS = 4
/** Of one application: whoever sends theirs slowly holds up nobody else's. */
const MAX_UPLOADS_OF_ONE = 2

/** How many uploads are read at once by this process, and for whom. */
export const admitUploads = resident(() => {
  const underWay: string[] = []
  return {
    /** False when there are as many as may be. One is over when its answer is, or its connection; which may have been before it began. */
    admit(owner: string, response: ServerResponse): boolean {
      if (response.destroyed) return false
      const ofOne = underWay.filter((one) => one === owner).length
      if (underWay.length >= MAX_UPLOADS || ofOne >= MAX_UPLOADS_OF_ONE) return false
      underWay.push(owner)
      response.once('close', () => underWay.splice(underWay.indexOf(owner), 1))
      return true
    },
  }
})
