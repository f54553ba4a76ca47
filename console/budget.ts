import { gzipSync } from 'node:zlib'
import type { Asset } from './build.ts'

/** KiB, gzipped, of everything that has to arrive before the first screen is asked for. */
export const BUDGET_KIB = 140

/** The same, and the screen with the plots, which comes first. */
export const BUDGET_WITH_PLOTS_KIB = 165

export interface Weight {
  readonly path: string
  readonly kib: number
}

/** What a first visit loads before any screen: what the page names, what that imports, and the shell's words in the longer language. */
export function firstLoad(files: ReadonlyMap<string, Asset>): readonly Weight[] {
  const page = textOf(files, '/index.html')
  const named = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path)
  const weights = [...reach(files, named)].map((path) => ({ path, kib: kibOf(files, path) }))
  const words = [...files.keys()].filter((path) => /\/words-\w+-shell-/.test(path))
  const longest = words.map((path) => ({ path, kib: kibOf(files, path) })).sort((a, b) => b.kib - a.kib)
  return [...weights, ...longest.slice(0, 1)]
}

export const kibOf = (files: ReadonlyMap<string, Asset>, path: string): number =>
  gzipSync(files.get(path)?.body ?? '').length / 1024

const textOf = (files: ReadonlyMap<string, Asset>, path: string): string => files.get(path)?.body.toString() ?? ''

/** The files, and all that they import at once. */
export function reach(files: ReadonlyMap<string, Asset>, start: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>()
  const waiting = [...start]
  for (let path = waiting.pop(); path; path = waiting.pop()) {
    if (found.has(path)) continue
    found.add(path)
    if (!path.endsWith('.js')) continue
    const imports = textOf(files, path).matchAll(/(?:from|import)\s*["'`]\.\/([^"'`]+)["'`]/g)
    waiting.push(...[...imports].map(([, name]) => `/assets/${name}`))
  }
  return found
}
