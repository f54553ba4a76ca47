import type { ConsoleFiles } from './console.ts'
import { packFiles } from './platform/console-pages.ts'

let packed: ReturnType<ConsoleFiles> | undefined

/** The files of the console, built when somebody asks for the first. In the release they lie beside it, see scripts/build.ts. */
export const consoleFiles: ConsoleFiles = () => {
  packed ??= import('../console/build.ts').then(({ buildConsole }) => buildConsole()).then(packFiles)
  return packed
}
