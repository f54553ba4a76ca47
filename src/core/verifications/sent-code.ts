import { deriveKey } from '../../crypto/hash.ts'
import { codeMac, isCode, newCode } from '../../crypto/otp.ts'
import { open, seal } from '../../crypto/sealed-box.ts'
import { type Deps, resident } from '../../platform/deps.ts'
import type { VerificationRow } from './tables.ts'

const codeKey = resident((deps: Deps) => deriveKey(deps.config.masterKey, 'otp'))
const codeBox = resident((deps: Deps) => deriveKey(deps.config.masterKey, 'otp-sealed-code'))

export const makeCode = (deps: Deps, size: number): string => newCode(size, deps.random)

/** What a verification keeps of its code. */
export const keepCode = (deps: Deps, appId: string, id: string, code: string) => ({
  code_mac: codeMac(codeKey(deps), id, code),
  sealed_code: seal(codeBox(deps), `${appId}/${id}`, code, deps.random),
})

/** The code of a verification, to be sent again. Undefined where an older release made the row or put a code in the place of the sealed one. */
export function openCode(deps: Deps, row: VerificationRow): string | undefined {
  const { app_id, id, sealed_code } = row
  const code = sealed_code && open(codeBox(deps), `${app_id}/${id}`, sealed_code)?.toString('utf8')
  return code && isTheCode(deps, row, code) ? code : undefined
}

export const isTheCode = (deps: Deps, { id, code_mac }: VerificationRow, code: string): boolean =>
  isCode(codeKey(deps), id, code, code_mac)
