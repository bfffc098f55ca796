// `npm run docs:errors`: brings docs/errors.md in line with the codes there are. What was written about a code stays.
import './runtime.mjs'
import { readFileSync, writeFileSync } from 'node:fs'
import { proseOf, renderErrors } from './lib/error-pages.ts'

const page = new URL('../docs/errors.md', import.meta.url)
const source = readFileSync(new URL('../packages/core/src/errors/codes.ts', import.meta.url), 'utf8')
const text = renderErrors(readFileSync(page, 'utf8'), source)
writeFileSync(page, text)

const unwritten = [...proseOf(text)].filter(([, prose]) => prose.includes('Not written yet')).map(([code]) => code)
console.log(unwritten.length === 0 ? 'docs/errors.md is complete.' : `To be written in docs/errors.md: ${unwritten.join(', ')}`)
