import { z } from 'zod'
import { open } from '../../core/access/open.ts'
import { UNCONFIGURED } from '../../core/passwords/config.ts'
import { passwordConfigs } from '../../core/passwords/store.ts'
import { endpoint } from '../../platform/endpoint.ts'

const count = z.int().min(0)

export const compliancy = endpoint({
  method: 'GET',
  path: '/v1/session/password/compliancy',
  audience: 'frontend',
  operationId: 'getPasswordCompliancy',
  tag: 'Password',
  summary: 'Read what a password must be made of',
  access: open,
  response: z
    .object({
      min_length: count.meta({ description: 'Least number of characters, as Unicode code points.' }),
      max_length: count.meta({ description: '0: none.' }),
      uppercase: count.meta({ description: 'Least number of upper-case letters (Lu).' }),
      lowercase: count.meta({ description: 'Least number of lower-case letters (Ll).' }),
      numbers: count.meta({ description: 'Least number of decimal digits (Nd).' }),
      symbols: count.meta({ description: 'Least number of all other characters.' }),
      refuse_common: z.boolean().meta({
        description: 'Whether the most common passwords are refused, whatever they are made of.',
      }),
      refuse_breached: z.boolean().meta({
        description: 'Whether passwords that are known from breaches are refused, as far as their list can be asked.',
      }),
    })
    .meta({ id: 'PasswordCompliancyResponse' }),
  failures: [],

  async handle({ app }, deps) {
    const config = (await passwordConfigs.find(deps.db, app.id))?.config ?? UNCONFIGURED
    const { password_compliancy, refuse_common, breached_lookup } = config
    return { body: { ...password_compliancy, refuse_common, refuse_breached: breached_lookup.enabled } }
  },
})
