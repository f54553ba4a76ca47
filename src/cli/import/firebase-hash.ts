import type { FirebaseHashParameters } from './source.ts'

export type ReadFirebaseHash =
  | { kind: 'read'; parameters: FirebaseHashParameters }
  | { kind: 'faults'; faults: readonly string[] }

/**
 * The parameters of a project as the console shows them (`base64_signer_key: …`, one on each line) or as JSON with the same names. In the place of the key
 * `signer_key_name` may stand: the name of a sealed key of the application.
 */
export function readFirebaseHash(text: string): ReadFirebaseHash {
  const member = (name: string) => new RegExp(`"?\\b${name}"?\\s*:\\s*"?([^\\s",}]*)`).exec(text)?.[1]
  const [base64, name, saltSeparator] = ['base64_signer_key', 'signer_key_name', 'base64_salt_separator'].map(member)
  const [rounds, memCost] = ['rounds', 'mem_cost'].map((number) => Number(member(number) ?? Number.NaN))
  const signerKey = base64 ? { base64 } : name ? { name } : undefined
  const faults = [
    ...(signerKey ? [] : ['lacks base64_signer_key or signer_key_name']),
    ...(saltSeparator === undefined ? ['lacks base64_salt_separator'] : []),
    ...(Number.isInteger(rounds) ? [] : ['lacks rounds']),
    ...(Number.isInteger(memCost) ? [] : ['lacks mem_cost']),
  ]
  if (!signerKey || saltSeparator === undefined || faults.length > 0) return { kind: 'faults', faults }
  return {
    kind: 'read',
    parameters: { signerKey, saltSeparator, rounds: rounds as number, memCost: memCost as number },
  }
}
