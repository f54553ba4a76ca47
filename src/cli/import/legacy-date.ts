/** A time as an export writes it. `zoned`: it said in which zone; else it was taken as UTC. */
export type LegacyDate =
  | { readonly kind: 'time'; readonly ms: number; readonly zoned: boolean }
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable' }

const NONE: LegacyDate = { kind: 'none' }
const UNREADABLE: LegacyDate = { kind: 'unreadable' }

const CALENDAR =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:[T ](?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d{1,9}))?)?)?\s*(?<zone>Z|UTC|[+-]\d\d(?::?\d\d)?)?$/i
const LDAP =
  /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)(?<hour>\d\d)(?:(?<minute>\d\d)(?:(?<second>\d\d))?)?(?:[.,](?<fraction>\d{1,9}))?(?<zone>Z|[+-]\d\d(?:\d\d)?)$/i
const MAX_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999)
/** As seconds the first is the year 5138, as milliseconds the last is 1973. */
const MS_FROM = 1e11

/**
 * Reads a time: RFC 3339, ISO 8601 and SQL with or without a zone, LDAP's generalised time, Unix seconds (fractions too) or milliseconds as number
 * or text, Mongo's `{$date}`. MySQL's zero date and the year 1 of .NET are none.
 */
export function readDate(value: unknown): LegacyDate {
  if (value === undefined || value === null || value === '') return NONE
  if (typeof value === 'number') return ofUnix(value)
  if (typeof value === 'string') return ofText(value.trim())
  if (typeof value !== 'object' || !Object.hasOwn(value, '$date')) return UNREADABLE
  const { $date: date } = value as { $date: unknown }
  if (typeof date !== 'object' || date === null) return readDate(date)
  return '$numberLong' in date && typeof date.$numberLong === 'string' ? ofText(date.$numberLong) : UNREADABLE
}

function ofText(text: string): LegacyDate {
  if (text === '' || /^000[01]-/.test(text) || /^0000-00-00/.test(text)) return NONE
  if (/^-?\d{1,13}(\.\d+)?$/.test(text)) return ofUnix(Number(text))
  const groups = (CALENDAR.exec(text) ?? LDAP.exec(text))?.groups
  return groups === undefined ? UNREADABLE : ofGroups(groups)
}

function ofUnix(count: number): LegacyDate {
  if (count === 0) return NONE
  const ms = Math.floor(Math.abs(count) < MS_FROM ? count * 1000 : count)
  return ms > 0 && ms <= MAX_MS ? { kind: 'time', ms, zoned: true } : UNREADABLE
}

function ofGroups(groups: Record<string, string | undefined>): LegacyDate {
  const number = (name: string) => Number(groups[name] ?? 0)
  const [month, day, hour, minute, second] = ['month', 'day', 'hour', 'minute', 'second'].map(number) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const milliseconds = Number((groups.fraction ?? '').padEnd(3, '0').slice(0, 3))
  const local = Date.UTC(number('year'), month - 1, day, hour, minute, Math.min(second, 59), milliseconds)
  const isReal = new Date(local).getUTCDate() === day && month <= 12 && hour <= 23 && minute <= 59 && second <= 60
  const ms = local - offsetMs(groups.zone)
  return isReal && ms <= MAX_MS ? { kind: 'time', ms, zoned: groups.zone !== undefined } : UNREADABLE
}

/** Of `+05:30`, `+0530` or `+05`. */
function offsetMs(zone = ''): number {
  const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}
