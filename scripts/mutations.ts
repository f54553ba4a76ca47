/** A copy of a file in which one line is wrong. */
export interface Mutant {
  /** 1-based */
  readonly line: number
  readonly before: string
  /** Empty when the line is gone. */
  readonly after: string
}

/** Every way to make one line wrong: a kind of mistake that compiles, and that tests should see. */
const mutations: readonly ((line: string) => string[])[] = [
  // A boundary, or its opposite.
  ...swaps([
    [' === ', ' !== '],
    [' < ', ' <= '],
    [' > ', ' >= '],
    [' && ', ' || '],
    ["'<'", "'<='"],
    ["'>'", "'>='"],
    ["'is'", "'is not'"],
    ['(true', '(false'],
    [': true', ': false'],
  ]),
  replace(/ ([-+]) 1\b/g, (_, sign) => ` ${sign === '+' ? '-' : '+'} 1`),
  // A number that somebody chose.
  replace(/(?<=(?:MS|SECONDS|BYTES|LIMIT|MAX\w*|MIN\w*|ROUNDS) = )[\d_]+/g, (number) => `${number} * 2`),
  // A condition of a guarded statement, `app_id` among them.
  replace(/ and (?:[\w.]+ (?:=|<|>|<=|>=|is|is not|in) (?:[\w.:]+|\([^()]*\)|\$\{[^}]*\}))/g, () => ''),
  removed(/^\s*\.where\(.*\)$/),
  // A guard clause, its opposite, or an act.
  removed(/^\s*(?:if \(.*\)|else) (?:return|throw|fail|continue|break)\b.*$/),
  removed(/^\s*(?:await )?(?!return|throw|super|deps\.log)\w+(?:\.\w+)*\(.*\)$/),
  removed(/^\s*if \(.*\) (?:await )?\w+(?:\.\w+)*\(.*\)$/),
  replace(/\bif \(!(?=[\w(])/g, () => 'if ('),
  // A header, a cookie's name, a member of SQL.
  replace(/'[A-Za-z]+(?:-[A-Za-z]+)+'(?=[:\]])/g, () => "'x-mutant'"),
  replace(/(?<=set: '.*)\bcounter = :presented \+ 1/g, () => 'counter = :presented'),
]

/** What is no code, or only types: comments, imports, declarations. */
const notCode = /^\s*(?:\*|\/\/|\/\*|import\b|export type\b|type\b|interface\b|readonly \w+\??:|@)/

/** Every mutant of a source, in the order of its lines. */
export function mutantsOf(source: string): Mutant[] {
  return source.split('\n').flatMap((before, index) => {
    if (notCode.test(before)) return []
    const results = new Set(mutations.flatMap((mutate) => mutate(before)))
    return [...results].map((after) => ({ line: index + 1, before: before.trim(), after: after.trim() }))
  })
}

/** The source with the mutant's line in place of its own. */
export function applyMutant(source: string, { line, after }: Mutant): string {
  return source
    .split('\n')
    .map((text, index) => (index + 1 === line ? after : text))
    .join('\n')
}

function swaps(pairs: readonly (readonly [string, string])[]): ((line: string) => string[])[] {
  return pairs.flatMap(([one, other]) => [swap(one, other), swap(other, one)])
}

/** One result for each place where `from` stands. */
function swap(from: string, to: string) {
  return (line: string) => placesOf(line, from).map((at) => line.slice(0, at) + to + line.slice(at + from.length))
}

function placesOf(line: string, text: string): number[] {
  const places: number[] = []
  for (let at = line.indexOf(text); at !== -1; at = line.indexOf(text, at + 1)) places.push(at)
  return places
}

function replace(pattern: RegExp, by: (...match: string[]) => string) {
  return (line: string) =>
    [...line.matchAll(pattern)].map(
      (match) => line.slice(0, match.index) + by(...match) + line.slice(match.index + match[0].length),
    )
}

function removed(pattern: RegExp) {
  return (line: string) => (pattern.test(line) ? [''] : [])
}
