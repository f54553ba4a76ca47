import { createCipheriv, scryptSync } from 'node:crypto'
import { equalBytes } from '../hash.ts'
import { decodeBase64 } from './base64.ts'
import { type PasswordSecret, type Reading, type Refusal, refuse, refuseCost, SECRET_NAME } from './reading.ts'

const PREFIX = '$firebase-scrypt$'
const FORM =
  /^\$firebase-scrypt\$mem_cost=(?<memCost>[1-9]\d{0,9}),rounds=(?<rounds>[1-9]\d{0,9}),salt_separator=(?<separator>[^,$]*),signer_key=(?<signerKey>[^,$]+)\$(?<salt>[^$]+)\$(?<digest>[^$]+)$/
/** Of a hash whose project is a secret of the application. */
const NAMED_FORM = /^\$firebase-scrypt\$key=(?<name>[^$]*)\$(?<salt>[^$]+)\$(?<digest>[^$]+)$/
const MAX_MEM_COST = 14
const MAX_ROUNDS = 8

/** What all hashes of a Firebase project have in common. */
interface Project {
  readonly memCost: number
  readonly rounds: number
  readonly saltSeparator: Buffer
  readonly signerKey: Buffer
}

/** What is wrong with the parameters of a project; undefined when nothing is. */
export function findProjectProblem(secret: Extract<PasswordSecret, { kind: 'firebase_scrypt' }>): string | undefined {
  const project = readProject(secret)
  return project.kind === 'refused' ? project.problem : undefined
}

type ReadProject = { kind: 'project'; project: Project } | Refusal

function readProject(given: Omit<Extract<PasswordSecret, { kind: 'firebase_scrypt' }>, 'kind'>): ReadProject {
  const { memCost, rounds } = given
  if (memCost > MAX_MEM_COST) return refuseCost('the Firebase mem_cost', memCost, MAX_MEM_COST)
  if (rounds > MAX_ROUNDS) return refuseCost('the Firebase rounds', rounds, MAX_ROUNDS)
  const saltSeparator = decodeEitherBase64(given.saltSeparator)
  const signerKey = decodeEitherBase64(given.signerKey)
  if (saltSeparator === undefined || signerKey === undefined) return refuse(NOT_BASE64)
  if (signerKey.length < 16) return refuse(BAD_LENGTH)
  return { kind: 'project', project: { memCost, rounds, saltSeparator, signerKey } }
}

const NOT_BASE64 = 'salt separator, signer key, salt or hash of the Firebase hash is not base64'
const BAD_LENGTH = 'hash and signer key of a Firebase hash must be of one length, at least 16 bytes'

/**
 * Reads our forms of what Firebase exports in two places: parameters of the project, salt and hash of the account. The parameters stand in the hash,
 * or are a secret that it names.
 *
 * The four byte strings may be in standard or URL-safe base64. A hash is the signer key of the project, encrypted with
 * AES-256-CTR under a key that scrypt derives from the password.
 */
export function readFirebaseScrypt(text: string): Reading | undefined {
  if (!text.startsWith(PREFIX)) return undefined
  if (text.startsWith(`${PREFIX}key=`)) return readNamed(text)
  const groups = FORM.exec(text)?.groups
  if (groups === undefined) {
    return refuse(
      `the Firebase hash is malformed: expected ${PREFIX}mem_cost=<n>,rounds=<n>,salt_separator=<base64>,signer_key=<base64>$<salt>$<hash>`,
    )
  }
  const { separator = '', signerKey = '' } = groups
  const memCost = Number(groups.memCost)
  const rounds = Number(groups.rounds)
  const read = readProject({ memCost, rounds, saltSeparator: separator, signerKey })
  if (read.kind === 'refused') return read
  const { project } = read
  const salt = decodeEitherBase64(groups.salt)
  const digest = decodeEitherBase64(groups.digest)
  if (salt === undefined || digest === undefined) return refuse(NOT_BASE64)
  if (digest.length !== project.signerKey.length) return refuse(BAD_LENGTH)
  const parameters = `mem_cost=${memCost},rounds=${rounds},salt_separator=${base64(project.saltSeparator)},signer_key=${base64(project.signerKey)}`
  return {
    kind: 'accepted',
    hash: `${PREFIX}${parameters}$${base64(salt)}$${base64(digest)}`,
    algorithm: 'firebase-scrypt',
    matches: (password) => matches(project, salt, digest, password),
  }
}

function readNamed(text: string): Reading {
  const { name = '', salt: saltText, digest: digestText } = NAMED_FORM.exec(text)?.groups ?? {}
  if (!SECRET_NAME.test(name)) {
    return refuse(`the Firebase hash is malformed: expected ${PREFIX}key=<name of a secret>$<salt>$<hash>`)
  }
  const salt = decodeEitherBase64(saltText)
  const digest = decodeEitherBase64(digestText)
  if (salt === undefined || digest === undefined) return refuse(NOT_BASE64)
  if (digest.length < 16) return refuse(BAD_LENGTH)
  return {
    kind: 'accepted',
    hash: `${PREFIX}key=${name}$${base64(salt)}$${base64(digest)}`,
    algorithm: 'firebase-scrypt',
    secret: { name, kind: 'firebase_scrypt' },
    matches: (password, secret) => {
      const read = secret?.kind === 'firebase_scrypt' ? readProject(secret) : undefined
      return read?.kind === 'project' && matches(read.project, salt, digest, password)
    },
  }
}

function matches(project: Project, salt: Buffer, digest: Buffer, password: string): boolean {
  const { memCost, rounds, saltSeparator, signerKey } = project
  const options = { N: 2 ** memCost, r: rounds, p: 1, maxmem: 64 * 1024 * 1024 }
  const derived = scryptSync(password, Buffer.concat([salt, saltSeparator]), 32, options)
  return equalBytes(createCipheriv('aes-256-ctr', derived, Buffer.alloc(16)).update(signerKey), digest)
}

function decodeEitherBase64(text = ''): Buffer | undefined {
  return decodeBase64(text.replaceAll('-', '+').replaceAll('_', '/'))
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64')
}
