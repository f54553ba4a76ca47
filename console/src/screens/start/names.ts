import { useLingui } from '@lingui/react/macro'
import { NAMES } from './charts.ts'

/** What a line is called in the reader’s language: by its own name where there is no word for it. */
export function useNameOf(): (name: string) => string {
  const { i18n, t } = useLingui()
  return (name) => {
    const word = NAMES[name]
    if (word) return i18n._(word)
    const [kind, provider] = name.split(':')
    return kind === 'oauth' && provider ? t`by ${provider}` : name
  }
}

/** How the beginning of a span is written: an hour where the reader is, a day as it is counted, in UTC. */
export function useStartText(by: 'hour' | 'day'): (start: string) => string {
  const { i18n } = useLingui()
  const format = new Intl.DateTimeFormat(
    i18n.locale,
    by === 'hour' ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short', timeZone: 'UTC' },
  )
  return (start) => format.format(new Date(start))
}
