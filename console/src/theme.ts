export type Theme = 'system' | 'light' | 'dark'

const STORED = 'antiphon-console.theme'

export function storedTheme(): Theme {
  const stored = localStorage.getItem(STORED)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(STORED, theme)
  showTheme()
}

/** Sets what the style sheets go by; `system` leaves it to the browser. */
export function showTheme(): void {
  document.documentElement.dataset.theme = storedTheme()
}
