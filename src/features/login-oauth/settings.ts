import { z } from 'zod'
import { settings } from '../../platform/settings.ts'

export const START_WINDOW_SECONDS = 600

export const oauthSettings = settings('login_oauth', 'Login by identity providers', {
  starts_per_ip: z.int().min(1).max(100_000).default(300).meta({
    description:
      'Logins that one network may begin, and companies that it may ask for in vain, in ten minutes; an IPv6 /48 ten times as many. A company or a mobile operator may be one network.',
  }),
})
