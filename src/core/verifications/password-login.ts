import { z } from 'zod'
import type { VerificationRow } from './tables.ts'

/** Whose password was right before the code was asked for: with its verification, so that its code is good for nobody else. */
export interface PasswordLogin {
  readonly userId: string
  readonly passwordId: string
}

const shape = z.object({ password_login: z.object({ user_id: z.string(), password_id: z.string() }) })

export const writePasswordLogin = ({ userId, passwordId }: PasswordLogin): string =>
  JSON.stringify({ password_login: { user_id: userId, password_id: passwordId } } satisfies z.input<typeof shape>)

/** Undefined for the verification of anything else. */
export function readPasswordLogin({ link }: Pick<VerificationRow, 'link'>): PasswordLogin | undefined {
  const read = link === null ? undefined : shape.safeParse(JSON.parse(link)).data?.password_login
  return read && { userId: read.user_id, passwordId: read.password_id }
}
