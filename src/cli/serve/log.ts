import { pid } from 'node:process'
import manifest from '../../../package.json' with { type: 'json' }
import type { Config } from '../../platform/config.ts'
import { type Logger, openLog } from '../../platform/log.ts'

/** The log of a server. Where several processes write it, each line names which. */
export const openServeLog = ({ logLevel, processes }: Config): Logger =>
  openLog(logLevel).child(processes === undefined ? {} : { pid })

/** At every log level: whoever started the server waits for this line. */
export const tellListening = (log: Logger, where: { readonly address: string; readonly processes?: number }): void =>
  log.child({}, { level: 'info' }).info({ ...where, version: manifest.version }, 'listening')
