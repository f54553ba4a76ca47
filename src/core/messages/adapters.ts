import type { Adapter } from './adapter.ts'
import { awsSns } from './adapters/aws-sns.ts'
import { mailbox } from './adapters/mailbox.ts'
import { prelude } from './adapters/prelude.ts'
import { smtp } from './adapters/smtp.ts'
import { twilio } from './adapters/twilio.ts'
import { vonage } from './adapters/vonage.ts'
import { webhook } from './adapters/webhook.ts'

/** Every way to deliver. */
export const adapters: readonly Adapter[] = [smtp, twilio, vonage, awsSns, prelude, webhook, mailbox]

export const findAdapter = (kind: string): Adapter | undefined => adapters.find((one) => one.kind === kind)
