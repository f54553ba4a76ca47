/** Checks the import rule of `src/`: who may import what, in which direction, and who may touch the outside world; and that the demo and the console are apps like any. */
import { globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

interface Import {
  /** undefined when computed */
  specifier: string | undefined
  line: number
}

interface SourceFile {
  path: string
  /** the source without comments and without the insides of strings; offsets as in the source */
  code: string
  imports: Import[]
}

const floors = ['crypto', 'platform', 'core', 'features']
const topFloor = floors.length
const forbiddenFolders = ['utils', 'helpers', 'common', 'shared', 'misc']
const edges = /^src\/(platform\/|main\.ts$|cli\.ts$)/

const packageRules = [
  { packages: /^((node:)?crypto|jose)(\/|$)/, allowed: /^src\/crypto\//, where: 'crypto/' },
  {
    packages: /^(@node-saml|@xmldom|xml-crypto)(\/|$)/,
    allowed: /^src\/crypto\/saml\//,
    where: 'crypto/saml/',
  },
  {
    packages: /^(kysely|pg|node:sqlite)(\/|$)/,
    allowed: /^src\/platform\/((db|dialect)[^/]*|migrate)\.ts$|\/(store|tables)\.ts$|\/store\/[^/]+\.ts$/,
    where: 'platform/db*.ts, platform/dialect*.ts, platform/migrate.ts, store.ts, tables.ts and store/',
  },
  {
    packages: /^(fastify|@fastify\/[^/]+)(\/|$)/,
    allowed: /^src\/(platform\/|server\.ts$)/,
    where: 'platform/ and server.ts',
  },
]

/** The one file that shows the demo, and the one that shows the console: what they import of it. */
const SHOWN: Readonly<Record<string, string>> = {
  'src/cli/dev.ts': 'demo/index.ts',
  'src/console-files.ts': 'console/build.ts',
}

/** Matches where a free identifier begins: not `x.name`, but `globalThis.name` and `...name`. */
const free = String.raw`(?<![\w$])(?<!(?<!\bglobalThis|\.\.)\.)`
const outsideWorld = [
  { name: 'Date.now', pattern: new RegExp(String.raw`${free}Date\s*\.\s*now\b`, 'g') },
  { name: 'performance.now', pattern: new RegExp(String.raw`${free}performance\s*\.\s*now\b`, 'g') },
  { name: 'new Date()', pattern: /\bnew\s+(globalThis\.)?Date\b(?!\s*\(\s*[^\s)])/g },
  { name: 'Math.random', pattern: new RegExp(String.raw`${free}Math\s*\.\s*random\b`, 'g') },
  { name: 'fetch()', pattern: new RegExp(String.raw`${free}fetch\s*\(`, 'g') },
  { name: 'setTimeout', pattern: new RegExp(String.raw`${free}setTimeout\b`, 'g') },
  { name: 'setInterval', pattern: new RegExp(String.raw`${free}setInterval\b`, 'g') },
  { name: 'AbortSignal.timeout', pattern: new RegExp(String.raw`${free}AbortSignal\s*\.\s*timeout\b`, 'g') },
  { name: 'setImmediate', pattern: new RegExp(String.raw`${free}setImmediate\b`, 'g') },
  { name: 'process.env', pattern: new RegExp(String.raw`${free}process\s*\.\s*env\b`, 'g') },
]

/** Checks sources by their path from the root (`src/core/users/store.ts`); one line per violation, none when clean. */
export function checkImports(files: Map<string, string>): string[] {
  const parsed = [...files].filter(([path]) => !path.endsWith('.test.ts')).map(([path, text]) => parse(path, text))
  return [
    ...parsed.flatMap((file) => [
      ...checkPath(file),
      ...checkBarrel(file),
      ...file.imports.flatMap((imported) => checkImport(file, imported)),
      ...checkOutsideWorld(file),
    ]),
    ...findCycles(parsed),
  ]
}

/** Checks the sources of the demo, which reaches the server as any app does. */
export const checkDemo = (files: Map<string, string>): string[] =>
  checkApart('demo/', 'the demo uses the public API alone', files)

/** Checks the sources of the console, which does what the management API lets it do. */
export const checkConsole = (files: Map<string, string>): string[] =>
  checkApart('console/', 'the console uses the management API alone', files)

function checkApart(folder: string, reason: string, files: Map<string, string>): string[] {
  const parsed = [...files].filter(([path]) => !path.endsWith('.test.ts')).map(([path, text]) => parse(path, text))
  const leaving = parsed
    .flatMap(({ path, imports }) => imports.map((imported) => ({ path, ...imported })))
    .filter(({ path, specifier }) => specifier?.startsWith('.') && !resolve(path, specifier).startsWith(folder))
    .map(({ path, specifier, line }) => `${path}:${line} → ${specifier}: ${reason}`)
  return [...leaving, ...findCycles(parsed)]
}

function checkPath({ path }: SourceFile): string[] {
  const folders = path.split('/').slice(0, -1)
  const violations = folders
    .filter((folder) => forbiddenFolders.includes(folder))
    .map((folder) => `${path} → folder ${folder}/: say what is in it; no utils, helpers, common, shared or misc`)
  if (floorOf(path) === -1) violations.push(`${path} → folder ${folders[1]}/: is none of ${floors.join(', ')}`)
  return violations
}

function checkBarrel({ path, code }: SourceFile): string[] {
  if (/^src\/features\/[^/]+\/index\.ts$/.test(path)) return []
  const exportList = /\bexport\s*(type\s*)?\{[^}]*\}/g
  const rest = code.replace(fromClause, '').replace(bareImport, '').replace(exportList, '')
  const isBarrel = /\bexport\b/.test(code) && !/[^\s;]/.test(rest)
  return isBarrel ? [`${path} → itself: only re-exports; a barrel is allowed as features/*/index.ts only`] : []
}

function checkImport({ path }: SourceFile, { specifier, line }: Import): string[] {
  const from = `${path}:${line}`
  if (specifier === undefined) return [`${from} → import(…): the path is computed and cannot be checked`]
  if (specifier.startsWith('.')) return checkDirection(path, from, resolve(path, specifier))
  return packageRules
    .filter(({ packages, allowed }) => packages.test(specifier) && !allowed.test(path))
    .map(({ where }) => `${from} → ${specifier}: only ${where} may import it`)
}

function checkDirection(path: string, from: string, target: string): string[] {
  const own = floorOf(path)
  const other = floorOf(target)
  if (SHOWN[path] === target) return []
  if (!target.startsWith('src/')) {
    return target.endsWith('.ts') ? [`${from} → ${target}: src/ imports nothing outside itself`] : []
  }
  if (other > own) return [`${from} → ${target}: ${nameOf(own)} may not import ${nameOf(other)}; only downwards`]
  const sideways = own === 3 && other === 3 && path.split('/')[2] !== target.split('/')[2]
  return sideways ? [`${from} → ${target}: a feature never imports another feature`] : []
}

function checkOutsideWorld({ path, code }: SourceFile): string[] {
  if (edges.test(path)) return []
  return outsideWorld.flatMap(({ name, pattern }) =>
    [...code.matchAll(pattern)].map(
      ({ index }) => `${path}:${lineAt(code, index)} → ${name}: only platform/, main.ts and cli.ts may touch it`,
    ),
  )
}

/** Finds cycles depth first, one for each edge that closes one. Types count: whoever reads one file needs the other. */
function findCycles(parsed: SourceFile[]): string[] {
  const graph = new Map(parsed.map((file) => [file.path, targetsOf(file)]))
  const done = new Set<string>()
  const trail: string[] = []
  const visit = (path: string): string[] => {
    if (trail.includes(path)) {
      const cycle = [...trail.slice(trail.indexOf(path)), path]
      return [`${cycle.join(' → ')}: an import cycle`]
    }
    if (done.has(path)) return []
    trail.push(path)
    const violations = (graph.get(path) ?? []).flatMap(visit)
    trail.pop()
    done.add(path)
    return violations
  }
  return [...graph.keys()].flatMap(visit)
}

function targetsOf({ path, imports }: SourceFile): string[] {
  const targets = imports.flatMap(({ specifier }) => (specifier?.startsWith('.') ? [resolve(path, specifier)] : []))
  return [...new Set(targets)]
}

/** The floor of a path under `src/`: 0 is the lowest, `topFloor` holds the files right in `src/`, `src/cli/` and `src/reference/`, -1 is no floor. */
function floorOf(path: string): number {
  const [, folder, ...rest] = path.split('/')
  return rest.length === 0 || folder === 'cli' || folder === 'reference' ? topFloor : floors.indexOf(folder ?? '')
}

function nameOf(floor: number): string {
  return floors[floor] ?? (floor === topFloor ? 'the top of src/' : 'a folder without a floor')
}

function resolve(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), specifier)
}

function lineAt(code: string, offset: number): number {
  return code.slice(0, offset).split('\n').length
}

// These match blanked code: a string is a pair of quotes with spaces between. The specifier is read from the source.
const fromClause =
  /(?<![.\w$])(?:import|export)\b\s*(?:type\b(?!\s*from\b\s*['"]|\s*,)\s*)?(?:[\w$]+\s*,?\s*)?(?:\{[^}]*\}|\*(?:\s*as\s+[\w$]+)?)?\s*\bfrom\s*(?<text>'\s*'|"\s*")/g
const bareImport = /(?<![.\w$])import\s*(?<text>'\s*'|"\s*")/g
const dynamicImport = /(?<![.\w$])import\s*\(\s*(?<text>(?:'\s*'|"\s*"|`\s*`)(?=\s*[,)]))?/g

function parse(path: string, source: string): SourceFile {
  const code = blank(source)
  const imports = [fromClause, bareImport, dynamicImport].flatMap((pattern) =>
    [...code.matchAll(pattern)].map((match): Import => {
      const end = match.index + match[0].length
      const text = match.groups?.text
      return {
        specifier: text && source.slice(end - text.length + 1, end - 1),
        line: lineAt(code, match.index),
      }
    }),
  )
  return { path, code, imports }
}

const lexeme =
  /(?<comment>\/\/.*|\/\*[\s\S]*?\*\/)|(?<string>'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*")|(?<regex>\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/)|[\w$]+|[\s\S]/y
const templateText = /(?<text>(?:\\[\s\S]|\$(?!\{)|[^\\`$])*)(?<end>`|\$\{|$)/y
const beforeExpression =
  /(?:^|[-+*%=(,:;!&|?{}[<>~^]|\b(?:return|typeof|case|in|of|do|else|void|throw|await|yield))\s*$/

/** Overwrites comments and the insides of strings, templates and regular expressions with spaces. */
function blank(source: string): string {
  const openBraces: number[] = [] // in each `${…}` being read, innermost last
  let code = ''
  const readTemplate = () => {
    templateText.lastIndex = code.length
    const { text = '', end = '' } = templateText.exec(source)?.groups ?? {}
    code += spaces(text) + end
    if (end === '${') openBraces.push(0)
  }
  while (code.length < source.length) {
    lexeme.lastIndex = code.length
    const match = lexeme.exec(source)
    const { comment, string, regex } = match?.groups ?? {}
    const text = match?.[0] ?? ''
    const depth = openBraces.at(-1)
    if (comment) code += spaces(comment)
    else if (string) code += string[0] + spaces(string.slice(1, -1)) + string[0]
    else if (regex && beforeExpression.test(code.slice(-200))) code += `/${spaces(regex.slice(1, -1))}/`
    else code += regex ? '/' : text
    if (text === '`') readTemplate()
    if (depth === undefined) continue
    if (text === '{') openBraces.push((openBraces.pop() ?? 0) + 1)
    if (text === '}' && depth > 0) openBraces.push((openBraces.pop() ?? 0) - 1)
    if (text === '}' && depth === 0) {
      openBraces.pop()
      readTemplate()
    }
  }
  return code
}

function spaces(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..')
  const read = (pattern: string) => {
    const paths = globSync(pattern, { cwd: root }).map((path) => path.replaceAll('\\', '/'))
    return new Map(paths.sort().map((path) => [path, readFileSync(join(root, path), 'utf8')]))
  }
  const sources = read('src/**/*.ts')
  const violations = [
    ...checkImports(sources),
    ...checkDemo(read('demo/**/*.ts')),
    ...checkConsole(read('console/**/!(*.d).{ts,tsx}')),
  ]
  for (const violation of violations) console.error(violation)
  console.log(`${sources.size} files, ${violations.length} violations of the import rule`)
  if (sources.size === 0 || violations.length > 0) process.exitCode = 1
}
