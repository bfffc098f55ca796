import { breaks, inRepository, type Breakage } from './breakage.ts'

export const brokenGroups: Breakage[] = [
  breaks('take in what changes until they are closed, and nothing after', () =>
    inRepository('groups', (groups) => ({
      transition: async (scope, key, from, to) => (await groups.transition(scope, key, from, to)) || from === 'open',
    })),
  ),
  breaks('are listed by state, the one that changed longest ago first', () =>
    inRepository('groups', (groups) => ({ list: async (...options) => (await groups.list(...options)).toReversed() })),
  ),
  breaks('keep their members, each once, and find the parts of a record over all of them', () =>
    inRepository('groups', (groups) => ({
      byMembers: async (...options) => (await groups.byMembers(...options)).filter((member) => member.group !== 'later'),
    })),
  ),
]
