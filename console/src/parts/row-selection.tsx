import { useLingui } from '@lingui/react/macro'
import { useEffect, useRef } from 'react'

interface AllProps {
  readonly isChecked: boolean
  readonly isMixed: boolean
  readonly onChange: (isChosen: boolean) => void
}

export function SelectAll({ isChecked, isMixed, onChange }: AllProps) {
  const { t } = useLingui()
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (box.current) box.current.indeterminate = isMixed && !isChecked
  }, [isMixed, isChecked])
  return (
    <input
      ref={box}
      type="checkbox"
      aria-label={t`Select all rows of this page`}
      checked={isChecked}
      onChange={({ target }) => onChange(target.checked)}
    />
  )
}

interface RowProps {
  readonly id: string
  readonly isChecked: boolean
  readonly onChange: (isChosen: boolean) => void
}

export function SelectRow({ id, isChecked, onChange }: RowProps) {
  const { t } = useLingui()
  return (
    <input
      type="checkbox"
      aria-label={t`Select ${id}`}
      checked={isChecked}
      onChange={({ target }) => onChange(target.checked)}
    />
  )
}
