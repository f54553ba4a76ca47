import type { z } from 'zod'
import type { Deps } from '../../platform/deps.ts'
import type { Application } from '../applications/application.ts'
import type { Channel } from './tables.ts'
import type { Values } from './template.ts'

/** A message ready to leave. */
export interface Rendered {
  /** Stays the same over retries, so that a provider can tell a repeat. */
  readonly id: string
  readonly channel: Channel
  readonly recipient: string
  /** Empty for SMS. */
  readonly subject: string
  readonly text: string
  /** Empty for SMS, and for an e-mail that is text alone. */
  readonly html: string
  /** Name or number that the message comes from, where the provider lets us choose; empty for its own. */
  readonly sender: string
  /** What stands in the texts, for providers with texts of their own. */
  readonly values: Values
  readonly locale: string
  /** Unix ms. */
  readonly expiresAt: number
}

/** Reasons go into the status: they never hold secrets, what was sent, or the recipient. */
export type SendOutcome =
  | { kind: 'sent' }
  /** This recipient will never be served: nobody else need try. */
  | { kind: 'refused'; reason: string }
  /** Not now, or not by this provider. */
  | { kind: 'failed'; reason: string }
  /** Not by this provider as long as its configuration stays: to try again later is idle. */
  | { kind: 'unusable'; reason: string }

interface Config<O, S> {
  /** Of the provider, among those of its application. */
  readonly id: string
  readonly options: O
  readonly secrets: S
}

interface AdapterSpec<O extends z.ZodType, S extends z.ZodType> {
  readonly kind: string
  readonly channels: readonly Channel[]
  /** What its configuration shows. */
  readonly options: O
  /** What its configuration hides; stored sealed, never shown again. */
  readonly secrets: S
  /** What is wrong with a configuration besides its shape, naming the place. */
  problemOf?(config: { options: z.output<O>; secrets: z.output<S> }, deps: Deps): string | undefined
  /** Whom the secrets are shown to: kept ones never go to anybody else. Absent when options cannot change that. */
  secretsGoTo?(options: z.output<O>): string
  /** Answers within twelve seconds. */
  send(deps: Deps, app: Application, config: Config<z.output<O>, z.output<S>>, message: Rendered): Promise<SendOutcome>
}

/** A way to deliver messages. */
export interface Adapter extends AdapterSpec<z.ZodType, z.ZodType> {}

/** Declare an adapter; its types are checked here and erased. */
export const adapter = <O extends z.ZodType, S extends z.ZodType>(spec: AdapterSpec<O, S>): Adapter =>
  spec as unknown as Adapter
