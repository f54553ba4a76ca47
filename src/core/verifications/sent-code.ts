import { codeMac, isCode, newCode } from '../../crypto/otp.ts'
import type { Deps } from '../../platform/deps.ts'
import { keyed, sealing } from '../../platform/key-set.ts'
import type { VerificationRow } from './tables.ts'

const codeKeys = keyed('otp')
export const codeBox = sealing('otp-sealed-code')

export const makeCode = (deps: Deps, size: number): string => newCode(size, deps.random)

/** What a verification keeps of its code. */
export const keepCode = (deps: Deps, appId: string, id: string, code: string) => ({
  code_mac: codeMac(codeKeys.issuing(deps).key, id, code),
  sealed_code: codeBox.seal(deps, `${appId}/${id}`, code),
})

/** The code of a verification, to be sent again. Undefined where an older release made the row or put a code in the place of the sealed one. */
export function openCode(deps: Deps, row: VerificationRow): string | undefined {
  const { app_id, id, sealed_code } = row
  const code = sealed_code && codeBox.open(deps, `${app_id}/${id}`, sealed_code)?.toString('utf8')
  return code && isTheCode(deps, row, code) ? code : undefined
}

export const isTheCode = (deps: Deps, { id, code_mac }: VerificationRow, code: string): boolean =>
  codeKeys.each(deps).some(({ key }) => isCode(key, id, code, code_mac))
