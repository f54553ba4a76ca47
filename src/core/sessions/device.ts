import type { HttpRequest } from '../../platform/endpoint.ts'
import { settingsOf } from '../../platform/settings.ts'
import type { Application } from '../applications/application.ts'
import { sessionSettings } from './settings.ts'
import type { SessionRow } from './tables.ts'

export type Device = Pick<SessionRow, 'device_id' | 'device_model' | 'device_type' | 'os_version' | 'country_code'>

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const COUNTRY = /^[A-Z]{2}$/
const UNKNOWN_COUNTRY = 'ZZ'

/** What the request tells of the device, for the session list. Nothing here is proof of anything. */
export function describeDevice(app: Application, request: HttpRequest): Device {
  const agent = header(request, 'user-agent')
  const deviceId = header(request, 'x-device-id')
  return {
    device_id: UUID.test(deviceId) ? deviceId.toLowerCase() : null,
    ...describeUserAgent(agent),
    country_code: findCountry(app, request) ?? UNKNOWN_COUNTRY,
  }
}

/** Where the client runs, for hooks: by what its SDK says. */
export function platformOf(request: HttpRequest): 'WEB' | 'ANDROID' | 'IOS' {
  if (header(request, 'x-sdk-user-agent').includes('(Web)')) return 'WEB'
  const agent = header(request, 'user-agent')
  if (/^Prelude\/.*\(Apple;/.test(agent)) return 'IOS'
  return /^okhttp\//.test(agent) ? 'ANDROID' : 'WEB'
}

/** Where a request comes from, ISO 3166-1 alpha-2, as a trusted proxy says; null when nobody does. */
export function findCountry(app: Application, request: HttpRequest): string | null {
  const name = settingsOf(app, sessionSettings).country_header
  const country = name && request.proxied ? header(request, name).toUpperCase() : ''
  return COUNTRY.test(country) ? country : null
}

type AgentFields = Pick<Device, 'device_model' | 'device_type' | 'os_version'>

/** In order: the first that matches names the device. The first group is the version. */
const DEVICES: readonly (readonly [RegExp, model: string, type: string])[] = [
  [/^Prelude\/\S+ \(Apple; iPadOS ([\d.]+)/, 'iPad', 'tablet'],
  [/^Prelude\/\S+ \(Apple; iOS ([\d.]+)/, 'iPhone', 'mobile'],
  [/^Prelude\/\S+ \(Apple; macOS ([\d.]+)/, 'Mac', 'desktop'],
  [/^okhttp\/()/, 'Android', 'mobile'],
  [/iPad;.*? OS ([\d_]+)/, 'iPad', 'tablet'],
  [/iPhone;.*? OS ([\d_]+)/, 'iPhone', 'mobile'],
  // Firefox names no model, and Chrome has long said `K` for every one.
  [/Android ([\d.]+); (?:Mobile;|K\).* Mobile)/, 'Android', 'mobile'],
  [/Android ([\d.]+); (?:Tablet;|K\))/, 'Android', 'tablet'],
  [/Android ([\d.]+); ([^;)]+?)(?: Build\/[^;)]*)?[;)].* Mobile/, '', 'mobile'],
  [/Android ([\d.]+); ([^;)]+?)(?: Build\/[^;)]*)?[;)]/, '', 'tablet'],
  [/Macintosh;.*? Mac OS X ([\d_.]+)/, 'Mac', 'desktop'],
  [/Windows NT ([\d.]+)/, 'Windows', 'desktop'],
  [/CrOS \S+ ([\d.]+)/, 'Chromebook', 'desktop'],
  [/Linux()/, 'Linux', 'desktop'],
]

function describeUserAgent(agent: string): AgentFields {
  for (const [pattern, model, type] of DEVICES) {
    const match = pattern.exec(agent)
    if (match) {
      const named = model || (match[2] ?? 'Android')
      return {
        device_model: named.slice(0, 64),
        device_type: type,
        os_version: (match[1] ?? '').replaceAll('_', '.').slice(0, 32),
      }
    }
  }
  return { device_model: '', device_type: 'unknown', os_version: '' }
}

function header(request: HttpRequest, name: string): string {
  const value = request.headers[name]
  return typeof value === 'string' ? value.slice(0, 512) : ''
}
