import { after, mock } from 'node:test'

/** A storage as browsers have it: what it holds are its properties. */
export class MemoryStorage implements Storage {
  get length() {
    return Object.keys(this).length
  }
  clear() {
    for (const key of Object.keys(this)) this.removeItem(key)
  }
  getItem(key: string): string | null {
    return Object.getOwnPropertyDescriptor(this, key)?.value ?? null
  }
  key(index: number) {
    return Object.keys(this)[index] ?? null
  }
  removeItem(key: string) {
    Reflect.deleteProperty(this, key)
  }
  setItem(key: string, value: string) {
    Object.defineProperty(this, key, { value, enumerable: true, configurable: true })
  }
}

/** Give this process what a page has, until its tests are over: a storage, which is answered, and locks unless it is an old browser. */
export function beAPage(): MemoryStorage {
  const storage = new MemoryStorage()
  const before = Object.getOwnPropertyDescriptor(globalThis, 'localStorage')
  Object.defineProperty(globalThis, 'localStorage', { value: storage, configurable: true })
  after(() => {
    if (before) Object.defineProperty(globalThis, 'localStorage', before)
    mock.restoreAll()
  })
  return storage
}

/** Cookies as a page sees them at `document.cookie`; whatever has an end is over if that lies in the past. */
export class CookieJar {
  readonly #cookies = new Map<string, string>()
  get cookie() {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }
  set cookie(line: string) {
    const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(line) ?? []
    const ends = /;\s*expires=([^;]*)/i.exec(line)?.[1]
    if (ends && Date.parse(ends) < Date.now()) this.#cookies.delete(name)
    else this.#cookies.set(name, value)
  }
}
