import { codeFunctions } from './code.ts'
import { dateFunctions } from './date.ts'
import type { MappingFunction } from './function.ts'
import { listFunctions } from './list.ts'
import { logicFunctions } from './logic.ts'
import { lookupFunctions } from './lookup.ts'
import { numberFunctions } from './number.ts'
import { textFunctions } from './text.ts'

/** The functions in groups, as a person looks for them. */
export const functionGroups: readonly { title: string; functions: { readonly [name: string]: MappingFunction } }[] = [
  { title: 'Text', functions: textFunctions },
  { title: 'Numbers and money', functions: numberFunctions },
  { title: 'Choosing', functions: { ...logicFunctions, ...lookupFunctions } },
  { title: 'Lists', functions: listFunctions },
  { title: 'Dates and times', functions: dateFunctions },
  { title: 'Codes', functions: codeFunctions },
]

/** All functions of the mapping language, by name. */
export const mappingFunctions: ReadonlyMap<string, MappingFunction> = new Map(
  functionGroups.flatMap(({ functions }) => Object.entries(functions)),
)
