import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'

/** The server leads on to the company, and from there back to the console. */
const COMPANY = '/console/company'

/** `isAside`: in another tab, for the page has something that waits. */
export function CompanyLink({ isAside = false, children }: { isAside?: boolean; children: ReactNode }) {
  return (
    <a className="button" href={COMPANY} {...(isAside && { target: '_blank', rel: 'noopener' })}>
      {children}
    </a>
  )
}

/** By what the server puts into the address of whoever it does not let in. */
const SENTENCES: Readonly<Record<string, MessageDescriptor>> = {
  company_declined: msg`Your company did not let you in.`,
  company_not_listed: msg`Nobody with your e-mail address is an operator here. Ask an owner to add you.`,
  company_not_verified: msg`Your company does not vouch for your e-mail address. Log in another way.`,
  company_other_account: msg`Another account of your company is linked to your e-mail address. Log in with that one.`,
  company_unavailable: msg`Your company’s login cannot be reached. Try again, or log in another way.`,
  company_unfit: msg`This login was not begun here, or took too long. Log in again.`,
}

/** Why the company’s login let nobody in, as the address says it. */
export function refusalIn(search: string): MessageDescriptor | undefined {
  const error = new URLSearchParams(search).get('error') ?? ''
  return Object.hasOwn(SENTENCES, error) ? SENTENCES[error] : undefined
}

export function CompanyRefusal({ sentence }: { sentence: MessageDescriptor }) {
  const { i18n } = useLingui()
  return (
    <div className="note note-error" role="alert">
      <p>{i18n._(sentence)}</p>
    </div>
  )
}
