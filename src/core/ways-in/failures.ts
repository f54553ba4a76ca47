import { failures } from '../../platform/failure.ts'

export const waysInFailure = failures({
  last_way_in: ['conflict', 'Without this the user could not log in any more. Add another way in first.'],
})
