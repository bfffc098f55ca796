import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { parse, publishedPackages } from './workspace.ts'

/** Names that an entry file exports, types marked as such, in alphabetical order. */
function exportedNames(path: string): string[] {
  const names: string[] = []
  for (const statement of parse(path).statements) {
    if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)) {
      for (const { name, isTypeOnly } of statement.exportClause.elements)
        names.push(`${statement.isTypeOnly || isTypeOnly ? 'type ' : ''}${name.text}`)
    } else if (ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) {
      const type = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)
      const declared = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [statement as ts.DeclarationStatement]
      for (const { name } of declared) if (name && ts.isIdentifier(name)) names.push(`${type ? 'type ' : ''}${name.text}`)
    }
  }
  return names.sort((a, b) => a.replace('type ', '').localeCompare(b.replace('type ', ''), 'en'))
}

describe('the public surface', () => {
  it.each(publishedPackages())('$id exports what is written down in test/structure/exports', async ({ id, folder, manifest }) => {
    const lines = Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) =>
      typeof target === 'string'
        ? []
        : [`${join(manifest.name, subpath)}`, ...exportedNames(join(folder, target['@syncline/source'] ?? '')).map((name) => `  ${name}`)],
    )
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`exports/${id}.txt`)
  })
})
