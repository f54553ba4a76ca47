import { defineConfig } from '@lingui/conf'
import { formatter } from '@lingui/format-po'

/** Each screen has catalogs of its own, which are loaded with it; what is left is the shell's. */
export default defineConfig({
  sourceLocale: 'en',
  locales: ['en', 'de'],
  format: formatter({ origins: false, lineNumbers: false }),
  orderBy: 'message',
  catalogs: [
    { path: '<rootDir>/locales/{locale}/{name}', include: ['<rootDir>/src/screens/{name}'] },
    {
      path: '<rootDir>/locales/{locale}/shell',
      include: ['<rootDir>/src'],
      exclude: ['<rootDir>/src/screens/**', '**/node_modules/**'],
    },
  ],
})
