import { useLingui } from '@lingui/react/macro'
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { announce } from './announce.tsx'

const SHOWN_MS = 1500

/** Copies a text; shows for a moment that it did. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { t } = useLingui()
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
    } catch {
      return announce(t`The browser does not let the page copy. Select the text instead.`)
    }
    announce(t`Copied`)
    setCopied(true)
    setTimeout(() => setCopied(false), SHOWN_MS)
  }
  const Icon = isCopied ? Check : Copy
  return (
    <button type="button" className="icon-button" aria-label={label ?? t`Copy ${text}`} onClick={copy}>
      <Icon aria-hidden="true" />
    </button>
  )
}
