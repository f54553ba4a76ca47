import { z } from 'zod'

const hostname = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$|^[0-9A-Fa-f:.]+$/, 'is no name or address of a server')
const label = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/, 'is no DNS name')

export const smtpOptions = z.object({
  host: hostname,
  port: z.int().min(1).max(65_535).optional().meta({ description: 'Default: 465 with `tls`, else 587.' }),
  security: z.enum(['starttls', 'tls', 'none']).default('starttls').meta({
    description: '`starttls` is demanded, not just tried. `none`: everybody on the way reads the codes.',
  }),
  user: z.string().min(1).max(256).optional(),
  from: z.email().max(254),
  from_name: z
    .string()
    .min(1)
    .max(100)
    .regex(/^\P{Cc}*$/u, 'is more than one line')
    .optional(),
  dkim: z.object({ domain: label, selector: label }).optional(),
})
export const smtpSecrets = z.object({
  password: z.string().min(1).max(512).optional(),
  dkim_private_key: z.string().max(8192).optional().meta({ description: 'RSA, PEM.' }),
})

export type SmtpOptions = z.output<typeof smtpOptions>
export type SmtpSecrets = z.output<typeof smtpSecrets>

export const portOf = ({ port, security }: SmtpOptions): number => port ?? (security === 'tls' ? 465 : 587)
