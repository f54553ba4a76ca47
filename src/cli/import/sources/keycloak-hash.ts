import { argon2Form, base64Bytes, isDigestName, pbkdf2Form } from '../password-form.ts'
import { membersOf, textOf, textsOf } from '../raw-value.ts'

type Members = Readonly<Record<string, unknown>>

/** A credential of Keycloak: what it is in `credentialData`, what it holds in `secretData`; before version 8 all in one. Undefined when it cannot be rewritten. */
export function rewriteKeycloakHash(credential: Members): string | undefined {
  const data = { ...credential, ...membersOf(credential.credentialData) }
  const secret = { ...credential, ...membersOf(credential.secretData) }
  const algorithm = textOf(data.algorithm) ?? ''
  const value = textOf(secret.value) ?? textOf(secret.hashedSaltedValue)
  if (/^bcrypt/.test(algorithm)) return value
  const derived = { salt: base64Bytes(textOf(secret.salt)), key: base64Bytes(value) }
  if (algorithm === 'argon2') {
    const parameters = membersOf(data.additionalParameters)
    const cost = (name: string) => Number(textsOf(parameters[name])[0])
    const version = textsOf(parameters.version)[0] === '1.0' ? 16 : 19
    const type = textsOf(parameters.type)[0] ?? 'id'
    const passes = Number(data.hashIterations)
    return argon2Form({ type, version, memoryKib: cost('memory'), passes, lanes: cost('parallelism') }, derived)
  }
  // Plain `pbkdf2` is of SHA-1. The length of the key is that of the value, which is 64 bytes in old realms.
  const digest = algorithm === 'pbkdf2' ? 'sha1' : algorithm.replace(/^pbkdf2-/, '')
  return isDigestName(digest) ? pbkdf2Form(digest, data.hashIterations, derived) : undefined
}
