import { dateFunctions } from './date.ts'
import type { MappingFunction } from './function.ts'
import { logicFunctions } from './logic.ts'
import { numberFunctions } from './number.ts'
import { textFunctions } from './text.ts'

/** All functions of the mapping language, by name. */
export const mappingFunctions: ReadonlyMap<string, MappingFunction> = new Map(
  Object.entries({ ...textFunctions, ...numberFunctions, ...logicFunctions, ...dateFunctions } as Record<string, MappingFunction>),
)
