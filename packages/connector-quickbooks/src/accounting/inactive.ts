import type { DocumentWanted, ProjectContext, Projection } from '@syncline/core'

/**
 * What becomes of customers and items whose record is in the trash or inactive: they are made inactive too, which can be taken back; one
 * that was never posted is only made when a document needs it. Undefined: they are wanted as they are.
 */
export function inactive(
  wanted: readonly Pick<DocumentWanted, 'role' | 'stream' | 'title'>[],
  { posted, needed }: Pick<ProjectContext<unknown>, 'posted' | 'needed'>,
): Projection | undefined {
  if (needed === true) return undefined
  const held = wanted.filter(({ role }) => posted(role) !== undefined)
  if (held.length === 0) return { documents: [], skipped: 'In the trash or inactive, and never posted.' }
  return {
    documents: held.map(({ role, stream, title }) => ({
      role,
      stream,
      title,
      wave: 1,
      input: {},
      dependencies: [],
      remove: 'inactivate',
      remarks: ['In the trash or inactive in the source.'],
    })),
  }
}
