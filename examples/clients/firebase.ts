// Firebase: `firebase/auth` 10.1 or later, modular. Preset `firebase`.
import type { LegacySdk } from './exchange.ts'

interface FirebaseAuth {
  readonly app: { readonly name: string; readonly options: { readonly apiKey?: string } }
  authStateReady(): Promise<void>
  readonly currentUser: { getIdToken(forceRefresh: true): Promise<string>; readonly refreshToken: string } | null
  signOut(): Promise<void>
}

const OVER = ['user-token-expired', 'user-disabled', 'user-not-found', 'invalid-user-token', 'invalid-refresh-token']

/**
 * Call it right after `getAuth`, which asks after the user at start, and throws away what it held when it is refused or hears of trouble.
 * What is held is the refresh token, which has no end: Antiphon refreshes it, where it is told how.
 */
export function firebase(auth: FirebaseAuth): LegacySdk {
  const key = `firebase:authUser:${auth.app.options.apiKey}:${auth.app.name}`
  let atStart: Promise<Kept | undefined> | undefined = keptOf(key).catch(() => undefined)
  return {
    async freshLegacyToken() {
      await auth.authStateReady()
      // Whoever is there now and is not later has signed out.
      if (auth.currentUser) atStart = undefined
      return await auth.currentUser?.getIdToken(true)
    },
    isOver: (error) => OVER.some((code) => (error as { code?: string }).code === `auth/${code}`),
    heldLegacyToken: async () => auth.currentUser?.refreshToken ?? (await atStart)?.stsTokenManager.refreshToken,
    // Of this browser alone; Firebase itself knows no logout.
    forgetLegacySession: () => auth.signOut(),
  }
}

/** A user as Firebase keeps them: in a database of the browser, or in a storage where `setPersistence` or an old browser had it so. */
interface Kept {
  readonly stsTokenManager: { readonly refreshToken: string }
}

async function keptOf(key: string): Promise<Kept | undefined> {
  const inStorage = localStorage.getItem(key) ?? sessionStorage.getItem(key)
  return (await inDatabase(key).catch(() => undefined)) ?? (inStorage ? JSON.parse(inStorage) : undefined)
}

const STORE = 'firebaseLocalStorage'

async function inDatabase(key: string): Promise<Kept | undefined> {
  const opening = indexedDB.open('firebaseLocalStorageDb')
  // There is none: leave it to Firebase to make it.
  opening.onupgradeneeded = () => opening.transaction?.abort()
  const database = await resultOf(opening)
  try {
    const row = await resultOf(database.transaction(STORE).objectStore(STORE).get(key))
    return row?.value
  } finally {
    database.close()
  }
}

const resultOf = <T>(request: DatabaseRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

// What is used of the browser's IndexedDB.
interface DatabaseRequest<T> {
  readonly result: T
  readonly error: unknown
  onsuccess: (() => void) | null
  onerror: (() => void) | null
}
interface Opening extends DatabaseRequest<Database> {
  readonly transaction: { abort(): void } | null
  onupgradeneeded: (() => void) | null
}
interface Database {
  transaction(store: string): { objectStore(name: string): { get(key: string): DatabaseRequest<Row | undefined> } }
  close(): void
}
interface Row {
  readonly value: Kept
}
declare const indexedDB: { open(name: string): Opening }
