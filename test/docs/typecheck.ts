import { join } from 'node:path'
import ts from 'typescript'
import { root, type Block } from './blocks.ts'

/** What TypeScript says about the blocks, each a module of its own, with the settings of the repository. Lines are those of the page's block. */
export function typeErrors(blocks: readonly Block[]): string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, 'tsconfig.json'),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
  )
  const options: ts.CompilerOptions = {
    ...config?.options,
    noEmit: true,
    noUnusedLocals: false,
    noUnusedParameters: false,
    skipLibCheck: true,
  }
  const modules = new Map(blocks.map((block, index) => [join(root, 'test/docs', `block-${index}.ts`), block]))
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (path) => modules.has(path) || fileExists(path)
  host.readFile = (path) => modules.get(path)?.code ?? readFile(path)
  host.getSourceFile = (path, language, ...rest) => {
    const block = modules.get(path)
    return block ? ts.createSourceFile(path, `${block.code}\nexport {}\n`, language) : getSourceFile(path, language, ...rest)
  }

  const program = ts.createProgram([...modules.keys()], options, host)
  return [...modules].flatMap(([path, block]) => {
    const source = program.getSourceFile(path)
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].filter(
      (each) => !isReadersFile(each),
    )
    return found.map(({ messageText, start = 0 }) => {
      const line = source ? source.getLineAndCharacterOfPosition(start).line + 1 : 0
      return `${block.page}: line ${line} of the block at line ${block.line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
    })
  })
}

/** A relative import names a file of the reader, which is not here. */
function isReadersFile({ code, messageText }: ts.Diagnostic): boolean {
  return code === 2307 && /^Cannot find module '\.\.?\//.test(String(messageText))
}

function fail(diagnostic: ts.Diagnostic): never {
  throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'))
}
