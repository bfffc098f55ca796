import ts from 'typescript'
import { parse, visit } from './workspace.ts'

const globals = new Set(['setTimeout', 'setInterval', 'setImmediate', 'fetch', 'performance'])
const members = new Set(['Date.now', 'Math.random', 'process.env', 'process.hrtime'])
const hosts = new Set(['globalThis', 'global', 'window'])

/** Where a file reaches for time, chance, the network or the environment by itself instead of taking what it is given. */
export function nondeterminism(path: string, text?: string): string[] {
  const source = parse(path, text)
  const found: string[] = []
  const report = (node: ts.Node, what: string) =>
    found.push(`${path}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${what}`)

  visit(source, (node) => {
    if (ts.isNewExpression(node) && isNamed(node.expression, 'Date') && !node.arguments?.length) report(node, 'new Date()')
    if (ts.isCallExpression(node) && isNamed(node.expression, 'Date')) report(node, 'Date()')
    if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
      const name = `${node.expression.text}.${node.name.text}`
      if (members.has(name)) report(node, name)
      if (hosts.has(node.expression.text) && globals.has(node.name.text) && !inType(node)) report(node, name)
    }
    if (ts.isIdentifier(node) && globals.has(node.text) && isFreeValue(node)) report(node, node.text)
    if (
      ts.isImportDeclaration(node) &&
      ts.isStringLiteral(node.moduleSpecifier) &&
      /^node:(timers|process|perf_hooks)/.test(node.moduleSpecifier.text)
    )
      report(node, node.moduleSpecifier.text)
  })
  return found
}

const isNamed = (node: ts.Node, name: string) => ts.isIdentifier(node) && node.text === name

function inType(node: ts.Node): boolean {
  return ts.isTypeNode(node) || ts.isTypeQueryNode(node) || (node.parent !== undefined && !ts.isStatement(node) && inType(node.parent))
}

/** Called or passed on as the global it is: not a member, a key, a declaration, or a name that the file itself binds. */
function isFreeValue(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) return false
  if (ts.isPropertyAssignment(parent) && parent.name === node) return false
  if (
    (ts.isPropertySignature(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isPropertyDeclaration(parent)) &&
    parent.name === node
  )
    return false
  if (ts.isBindingElement(parent) || ts.isParameter(parent) || ts.isVariableDeclaration(parent)) return parent.name !== node && !bound(node)
  return !inType(node) && !bound(node)
}

function bound(node: ts.Identifier): boolean {
  for (let scope: ts.Node | undefined = node.parent; scope; scope = scope.parent) {
    let binds = false
    const look = (name: ts.BindingName | ts.Identifier | undefined): void => {
      if (name === undefined) return
      if (ts.isIdentifier(name)) binds ||= name.text === node.text
      else for (const element of name.elements) if (ts.isBindingElement(element)) look(element.name)
    }
    if (ts.isFunctionLike(scope)) for (const parameter of scope.parameters) look(parameter.name)
    if (ts.isBlock(scope) || ts.isSourceFile(scope)) {
      for (const statement of scope.statements) {
        if (ts.isVariableStatement(statement)) for (const declaration of statement.declarationList.declarations) look(declaration.name)
        if (ts.isFunctionDeclaration(statement)) look(statement.name)
        if (ts.isImportDeclaration(statement)) {
          look(statement.importClause?.name)
          const named = statement.importClause?.namedBindings
          if (named && ts.isNamedImports(named)) for (const element of named.elements) look(element.name)
        }
      }
    }
    if (binds) return true
  }
  return false
}
