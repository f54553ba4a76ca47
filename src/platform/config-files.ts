import { readFileSync, statSync } from 'node:fs'

type Variables = Readonly<Record<string, string | undefined>>

/** Several times the largest of them, which the FIDO Alliance publishes. */
const MAX_FILE_BYTES = 64 * 1024 * 1024

/** The texts of the files that variables name, by variable, and a fault for each that cannot be had. */
export function readFiles<N extends string>(
  variables: Variables,
  names: readonly N[],
): { contents: Partial<Record<N, string>>; faults: string[] } {
  const contents: Partial<Record<N, string>> = {}
  const faults: string[] = []
  for (const name of names) {
    const path = variables[name]
    if (!path) continue
    try {
      if (statSync(path).size > MAX_FILE_BYTES) faults.push(`${name}: the file ${path} is larger than 64 MiB`)
      else contents[name] = readFileSync(path, 'utf8')
    } catch {
      faults.push(`${name}: cannot read the file ${path}`)
    }
  }
  return { contents, faults }
}

/** Variables whose value is the path of a file already. */
export const PATHS = ['ANTIPHON_TLS_CERT', 'ANTIPHON_TLS_KEY', 'ANTIPHON_CA_FILE', 'ANTIPHON_FIDO_MDS_FILE'] as const

/** The variable that names a file in which another one is; undefined where there is none. */
export const fileVariableOf = (name: string): string | undefined =>
  PATHS.some((path) => path === name) ? undefined : `${name}_FILE`

/**
 * The variables with those that are in files, without the space around them: `ANTIPHON_MASTER_KEY_FILE` names the file in which `ANTIPHON_MASTER_KEY` is. What is
 * empty is not set. `unread`: those whose file cannot be had, so that they are not missing besides.
 */
export function withFileVariables(
  variables: Variables,
  names: readonly string[],
): { given: Record<string, string | undefined>; unread: ReadonlySet<string>; faults: string[] } {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))
  const inFiles = names.flatMap((name) => {
    const file = fileVariableOf(name)
    return file !== undefined && given[file] !== undefined ? [{ name, file }] : []
  })
  const twice = inFiles.filter(({ name }) => given[name] !== undefined)
  const { contents, faults } = readFiles(
    given,
    inFiles.map(({ file }) => file),
  )
  for (const { name, file } of twice) faults.push(`${name}, ${file}: both are set`)
  for (const { name, file } of inFiles) given[name] ??= contents[file]?.trim()
  return {
    given,
    unread: new Set(inFiles.flatMap(({ name }) => (given[name] === undefined ? [name] : []))),
    faults,
  }
}
