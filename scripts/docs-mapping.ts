// Brings the table of functions in docs/mapping.md in line with the functions there are. What is written around it stays.
import './runtime.mjs'
import { readFileSync, writeFileSync } from 'node:fs'
import { renderMappingPage } from './lib/mapping-page.ts'

const page = new URL('../docs/mapping.md', import.meta.url)
writeFileSync(page, renderMappingPage(readFileSync(page, 'utf8')))
console.log('docs/mapping.md is complete.')
