import { z } from 'zod'
import { entityNames } from '../entities/common.ts'
import { MappingDocument } from '../mapping/document.ts'
import { twoWayShape } from './two-way.ts'

/** A usual set of pipelines between two systems, as data in the target's connector package. The source is named by id only. */
export const Recipe = z.strictObject({
  id: z.string().min(1),
  title: z.string().min(1),
  source: z.string().min(1),
  target: z.string().min(1),
  pipelines: z.array(
    z.strictObject({
      /** Id of the pipeline within the tenant, when the recipe is installed without a prefix. */
      id: z.string().min(1),
      title: z.string().min(1),
      /** The source entity; its readable stream is found in the source connector. */
      from: z.enum(entityNames),
      /** The entity that the target accepts. */
      to: z.enum(entityNames),
      mapping: MappingDocument,
      /** Settings over the target's defaults. */
      policy: z.record(z.string(), z.unknown()).optional(),
      ...twoWayShape,
      schedule: z.string().optional(),
    }),
  ),
})
export type Recipe = z.infer<typeof Recipe>

/** Checks a recipe and returns it. Throws a ZodError for a recipe that is not well formed: a mistake of its author, seen at import. */
export function defineRecipe(recipe: Recipe): Recipe {
  return Recipe.parse(recipe)
}
