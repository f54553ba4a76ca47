import type { Config } from '../../platform/config.ts'
import { settingsOf } from '../../platform/settings.ts'
import { type Application, authorityOf, originsOf } from '../applications/application.ts'
import { sessionSettings } from './settings.ts'

export interface Issuer {
  /** As access tokens say it. RFC 7519 §4.1.1. */
  readonly iss: string
  /** As the metadata say it: a URL. RFC 8414 §2. */
  readonly url: string
}

const URL_FORM = /^https?:\/\//i

/** Who issues the access tokens of an application to whoever dials `authority`. With `issuer_form: url` both names are one. */
export function issuerOf(app: Application, config: Config, authority: string): Issuer {
  const { issuer, issuer_form } = settingsOf(app, sessionSettings)
  const [dialled = ''] = originsOf(app, config, authority)
  const url = issuer === '' ? dialled : asUrl(issuer, config)
  return { iss: issuer_form === 'url' ? url : issuer || authorityOf(dialled), url }
}

const asUrl = (issuer: string, { publicScheme }: Config) =>
  URL_FORM.test(issuer) ? issuer : `${publicScheme}://${issuer}`
