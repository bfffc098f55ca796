import { listMappingFunctions, type Expression, type FunctionInfo } from '../../packages/core/src/index.ts'

const begin = '<!-- functions: written by scripts/docs-mapping.ts -->'
const end = '<!-- end of functions -->'

/** The page with the table of functions that there are now; everything else stays as it is. Throws when the page has no place for it. */
export function renderMappingPage(page: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from === -1 || to < from) throw new Error('The page has no place for the table of functions.')
  return `${page.slice(0, from + begin.length)}\n\n${tables()}\n${page.slice(to)}`
}

function tables(): string {
  const groups = Map.groupBy(listMappingFunctions(), ({ group }) => group)
  return [...groups]
    .map(
      ([group, functions]) =>
        `### ${group}\n\n| function | gives | what it does | for example |\n| --- | --- | --- | --- |\n${functions.map(row).join('\n')}\n`,
    )
    .join('\n')
}

function row(one: FunctionInfo): string {
  const takes = one.parameters.map(
    ({ name, type, optional, fixed, entry, repeated }) =>
      `${name}${optional ? '?' : ''}${repeated ? '…' : ''}: ${entry ? `${type} of each entry` : fixed ? `fixed, ${type}` : type}`,
  )
  const example =
    one.example === undefined
      ? ''
      : `\`${one.name}(${one.example.with.map(written).join(', ')})\` → \`${JSON.stringify(one.example.gives)}\``
  return `| \`${one.name}\`(${cell(takes.join('; '))}) | ${cell(one.gives)} | ${cell(one.description)} | ${example.replaceAll('|', '\\|')} |`
}

/** An expression as a person reads it: paths bare, fixed values as JSON. */
function written(expression: Expression): string {
  if ('path' in expression) return expression.path
  if ('literal' in expression) return JSON.stringify(expression.literal)
  if ('value' in expression) return expression.value
  return `${expression.call}(${expression.with.map(written).join(', ')})`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*')
}
