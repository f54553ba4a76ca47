import { useLingui } from '@lingui/react/macro'

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

/** A number of bytes, in the unit that suits it. */
export function Bytes({ count }: { count: number }) {
  const { i18n } = useLingui()
  const power = count < 1 ? 0 : Math.min(3, Math.floor(Math.log10(count) / 3))
  const unit = UNITS[power] ?? 'byte'
  const options = {
    style: 'unit',
    unit,
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: 1,
  } as const
  return new Intl.NumberFormat(i18n.locale, options).format(count / 1000 ** power)
}
