import { useLingui } from '@lingui/react/macro'

/** By which way somebody came, in words. */
export function useWayName(): (way: string) => string {
  const { t } = useLingui()
  const names: Readonly<Record<string, string>> = {
    legacy: t`their session`,
    grace: t`an expired session`,
    password: t`password`,
    code: t`code`,
    passkey: t`passkey`,
  }
  return (way) => names[way] ?? way.replace(/^(oauth|saml):/, '')
}
