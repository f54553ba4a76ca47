import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { queryClient } from './api/query.ts'
import { Entrance } from './shell/entrance.tsx'
import './style/index.css'
import { showTheme } from './theme.ts'
import { loadWords } from './words/words.ts'

showTheme()
await loadWords('shell')

const place = document.getElementById('root')
if (!place) throw new Error('the page has no place for the console')
createRoot(place).render(
  <StrictMode>
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={queryClient}>
        <Entrance />
      </QueryClientProvider>
    </I18nProvider>
  </StrictMode>,
)
