import { i18n, type Messages } from '@lingui/core'

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const
export type Language = keyof typeof LANGUAGES

const STORED = 'antiphon-console.language'

const catalogs = import.meta.glob<{ messages: Messages }>('../../locales/*/*.po')

/** Names of the catalogs that are in use. */
const used = new Set<string>()

const isLanguage = (text: string | null | undefined): text is Language => text != null && Object.hasOwn(LANGUAGES, text)

/** What was chosen here before, else the first of the browser's languages that there is. */
function preferred(): Language {
  const stored = localStorage.getItem(STORED)
  if (isLanguage(stored)) return stored
  return navigator.languages.map((one) => one.slice(0, 2)).find(isLanguage) ?? 'en'
}

async function messagesOf(language: Language, name: string): Promise<Messages> {
  const load = catalogs[`../../locales/${language}/${name}.po`]
  return load ? (await load()).messages : {}
}

/** Loads the words of the shell or of a screen. */
export async function loadWords(name: string): Promise<void> {
  used.add(name)
  const language = isLanguage(i18n.locale) ? i18n.locale : preferred()
  i18n.load(language, await messagesOf(language, name))
  if (i18n.locale !== language) await speak(language)
}

/** Has everything said in a language, and the choice remembered. */
export async function chooseLanguage(language: Language): Promise<void> {
  localStorage.setItem(STORED, language)
  await speak(language)
}

async function speak(language: Language): Promise<void> {
  const loaded = await Promise.all([...used].map((name) => messagesOf(language, name)))
  for (const messages of loaded) i18n.load(language, messages)
  i18n.activate(language)
  document.documentElement.lang = language
}
