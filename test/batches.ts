import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Test files that run in one process, one after another. */
export type Batch = readonly string[]

/** Most of a short process is spent on loading, and on code that is not compiled yet. */
const FILES_OF_A_BATCH = 30
/** What starts processes and browsers of its own, or holds the clock or the certificates of the whole process. */
const ALONE =
  /^(test\/(browser|crash|cli|docs|hooks|kit|mobile\/replay|vendor-sdks|verifiers)|src\/platform\/(jobs\/worker|http-pressure)|bench\/|scripts\/|console\/)/

/**
 * Share the files out. Loading the server takes most files longer than their tests do, so many share a process. Neighbours are dealt to
 * different ones, for they take alike, so that all processes take alike; those that run alone come first, for they take longest. Files that
 * open servers and those that do not keep apart: a property that is tried for seconds would make a server beside it say that it is overloaded.
 */
export function planBatches(files: readonly string[], opensServers: (file: string) => boolean): Batch[] {
  const alone = files.filter((file) => ALONE.test(file)).map((file) => [file])
  const others = files.filter((file) => !ALONE.test(file))
  const [pure, served] = [others.filter((file) => !opensServers(file)), others.filter(opensServers)]
  return [...alone, ...share(served), ...share(pure)]
}

function share(others: readonly string[]): Batch[] {
  const count = Math.ceil(others.length / FILES_OF_A_BATCH)
  return Array.from({ length: count }, (_, batch) => others.filter((_, i) => i % count === batch))
}

/** Whether the text of a test file speaks of a world, or of what opens one. */
export const namesWorld = (text: string): boolean =>
  /\/(world|builders|house\/\w+|postgres|http\.fixture)\.ts'|Database\(/.test(text)

/** Write a module for each batch into `folder`, named by its turn, for Node runs files in the order of their names. Answers their paths. */
export function writeBatches(batches: readonly Batch[], root: string, folder: string): string[] {
  return batches.map((batch, i) => {
    const path = join(folder, `batch-${String(i).padStart(3, '0')}.mjs`)
    const urls = batch.map((file) => pathToFileURL(join(root, file)).href)
    writeFileSync(path, urls.map((url) => `import ${JSON.stringify(url)}\n`).join(''))
    return path
  })
}
