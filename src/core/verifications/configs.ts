import { z } from 'zod'
import type { Db } from '../../platform/db.ts'
import type { Application } from '../applications/application.ts'
import type { Channel } from '../messages/tables.ts'
import { OTP } from '../messages/template.ts'
import { listOtpConfigs, type StoredOtpConfig } from './config-store.ts'

export const DEFAULT_CODE_SIZE = 6

/** How codes of one channel are sent, and what a login by them grants. */
export interface OtpConfig {
  readonly codeSize: number
  readonly template: string
  readonly sender: string
  readonly grantedScopes: readonly string[]
}

/** What a development application sends codes by until it is configured. */
const DEVELOPMENT: OtpConfig = { codeSize: DEFAULT_CODE_SIZE, template: OTP, sender: '', grantedScopes: [] }

const scopesShape = z.array(z.string())

const decode = (row: StoredOtpConfig): OtpConfig => ({
  codeSize: row.code_size,
  template: row.template_id ?? OTP,
  sender: row.sender_id ?? '',
  grantedScopes: scopesShape.parse(JSON.parse(row.granted_scopes)),
})

/**
 * The configuration by which a channel sends its codes: the one that is named, else the channel's default. Undefined when there is none, or the
 * one named is for another channel. An application in mode dev that has no configuration at all needs none.
 */
export async function findOtpConfig(
  db: Db,
  app: Application,
  channel: Channel,
  loginConfigId?: string,
): Promise<OtpConfig | undefined> {
  const configs = await listOtpConfigs(db, app.id)
  if (configs.length === 0 && loginConfigId === undefined && app.mode === 'dev') return DEVELOPMENT
  const found = configs.find(
    ({ id, channel_type, is_default }) =>
      channel_type === channel && (loginConfigId === undefined ? is_default : id === loginConfigId),
  )
  return found && decode(found)
}
