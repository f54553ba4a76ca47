import { readBcrypt } from './bcrypt.ts'
import { type Family, type Reading, refuse, SECRET_NAME } from './reading.ts'

/** `<kind>+pepper:<name>:<hash>`. */
const FORM = /^(?<family>[a-z0-9]+)\+pepper:(?<name>[^:]*):(?<hash>.*)$/s

/** Hashes that are known to be made of a password with a pepper behind it: what stands before the plus sign, and who reads the hash itself. */
const FAMILIES: Readonly<Record<string, { read: Family; bare: RegExp }>> = {
  bcrypt: { read: readBcrypt, bare: /^\$2/ },
}

/** Reads a hash of the password and a pepper behind it, as Devise makes them: `bcrypt+pepper:<name>:$2a$…`. The pepper is a secret of that name. */
export function readPeppered(text: string): Reading | undefined {
  const { family = '', name = '', hash = '' } = FORM.exec(text)?.groups ?? {}
  if (family === '') return undefined
  if (!Object.hasOwn(FAMILIES, family)) return refuse('of the hashes with a pepper, only bcrypt+pepper is known')
  if (!SECRET_NAME.test(name)) return refuse('the name of the pepper is none: expected <kind>+pepper:<name>:<hash>')
  const { read, bare } = FAMILIES[family] as { read: Family; bare: RegExp }
  const inner = bare.test(hash) ? read(hash) : undefined
  if (inner === undefined) return refuse(`behind ${family}+pepper:<name>: a bare hash of ${family} is expected`)
  if (inner.kind === 'refused') return inner
  return {
    kind: 'accepted',
    hash: `${family}+pepper:${name}:${inner.hash}`,
    algorithm: `${family}+pepper`,
    secret: { name, kind: 'pepper' },
    matches: (password, secret) => secret?.kind === 'pepper' && inner.matches(password + secret.value),
  }
}
