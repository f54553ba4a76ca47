import { useLingui } from '@lingui/react/macro'
import { useHint } from './hint.tsx'

interface Props {
  /** RFC 3339. */
  readonly at: string
  /** In the rows of a table, which are too many for the Tab key to stop at each. */
  readonly isInTable?: boolean
}

/** A time in the zone of the reader; in UTC, and how long ago, to whoever asks. */
export function Time({ at, isInTable = false }: Props) {
  const { i18n } = useLingui()
  const time = new Date(at)
  const local = new Intl.DateTimeFormat(i18n.locale, { dateStyle: 'medium', timeStyle: 'short' }).format(time)
  const more = `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC · ${relative(time, i18n.locale)}`
  const { anchor, hint } = useHint(isInTable ? undefined : more)
  if (isInTable) {
    return (
      <time dateTime={at} title={more}>
        {local}
      </time>
    )
  }
  return (
    <>
      <button type="button" className="time" {...anchor}>
        <time dateTime={at}>{local}</time>
      </button>
      {hint}
    </>
  )
}

const UNITS = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

function relative(time: Date, locale: string): string {
  const seconds = (time.getTime() - Date.now()) / 1000
  const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(Math.trunc(seconds / length), unit)
}
