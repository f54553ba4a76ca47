import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { chooseTheme, storedTheme, type Theme } from '../theme.ts'
import { chooseLanguage, LANGUAGES, type Language } from '../words/words.ts'

/** Language and colours, kept in this browser. */
export function Preferences() {
  const { t, i18n } = useLingui()
  const [theme, setTheme] = useState(storedTheme)
  const themes: Record<Theme, string> = { system: t`As the system`, light: t`Light`, dark: t`Dark` }
  const choose = (chosen: Theme) => {
    chooseTheme(chosen)
    setTheme(chosen)
  }
  return (
    <div className="preferences">
      <select
        aria-label={t`Language`}
        value={i18n.locale}
        onChange={({ target }) => chooseLanguage(target.value as Language)}
      >
        {Object.entries(LANGUAGES).map(([language, name]) => (
          <option key={language} value={language} lang={language}>
            {name}
          </option>
        ))}
      </select>
      <select aria-label={t`Colours`} value={theme} onChange={({ target }) => choose(target.value as Theme)}>
        {Object.entries(themes).map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </div>
  )
}
