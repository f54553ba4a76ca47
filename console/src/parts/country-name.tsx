import { Trans, useLingui } from '@lingui/react/macro'

/** A country by its code, `ZZ` where it is not known. */
export function CountryName({ code }: { code: string }) {
  const { i18n } = useLingui()
  if (code === 'ZZ') return <Trans>unknown</Trans>
  return new Intl.DisplayNames(i18n.locale, { type: 'region' }).of(code) ?? code
}
