import { createHash, randomBytes } from 'node:crypto'
import type { Caller } from './caller.ts'
import { freshProofs } from './fresh-proofs.ts'
import { forwardedFor, post, stringMember, unexpected } from './request.ts'

export const MIGRATION_PATH = '/v1/session/migration'
export const FINALIZE_PATH = '/v1/session/login/finalize'

type Started = { readonly challengeToken: string; readonly verifier: string }

const JSON_BODY = 'Content-Type: application/json\r\n'
const started = new Map<string, Started[]>()
let people = 0

/** Brings a new person over with every request; what it is given, `finalize` of the same pool completes. */
export function migration(host: string, pool: string): Caller {
  const verifier = randomBytes(32).toString('base64url')
  const codeChallenge = createHash('sha256').update(verifier).digest('base64url')
  const waiting = poolOf(pool)
  return {
    prepare() {},
    late: () => 0,
    request() {
      people += 1
      const token = `legacy-${process.pid}-${people}`
      const body = JSON.stringify({ token, code_challenge: codeChallenge })
      return post(host, MIGRATION_PATH, JSON_BODY + forwardedFor(people), body)
    },
    settle(answer) {
      const challengeToken = stringMember(answer.body, 'challenge_token')
      if (answer.status !== 200 || !challengeToken) return unexpected(answer)
      waiting.push({ challengeToken, verifier })
      return undefined
    },
  }
}

/** Turns each waiting challenge token into a session, with a new DPoP key each: a client makes one at every login. */
export function finalize(host: string, pool: string): Caller {
  const waiting = poolOf(pool)
  const proofs = freshProofs('POST', `http://${host}${FINALIZE_PATH}`)
  return {
    prepare: (requests) => proofs.prepare(Math.min(requests, waiting.length)),
    late: proofs.late,
    request() {
      const next = waiting.pop()
      if (!next) return undefined
      people += 1
      const headers = `${JSON_BODY}${forwardedFor(people)}DPoP: ${proofs.take()}\r\n`
      const body = JSON.stringify({ challenge_token: next.challengeToken, code_verifier: next.verifier })
      return post(host, FINALIZE_PATH, headers, body)
    },
    settle: (answer) =>
      answer.status === 200 && stringMember(answer.body, 'access_token') ? undefined : unexpected(answer),
  }
}

function poolOf(name: string): Started[] {
  const known = started.get(name) ?? []
  started.set(name, known)
  return known
}
