import { breaks, inRepository, type Breakage } from './breakage.ts'

export const brokenAllowances: Breakage[] = [
  breaks('are kept one for each process and connection, with their age, for as long as they count', () =>
    inRepository('allowances', (allowances) => ({ save: (note) => allowances.save({ ...note, owner: 'everybody' }) })),
  ),
]
