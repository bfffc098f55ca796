import { breaks, inRepository, inSystem, type Breakage } from './breakage.ts'

export const brokenWebhooks: Breakage[] = [
  breaks('wait once per record, due at the earlier time, with the kind that says more', () =>
    inRepository('webhookInbox', (inbox) => ({
      due: async (connection, options) => (await inbox.due(connection, options)).map(({ happenedAt: _, ...signal }) => signal),
    })),
  ),
  breaks('come when they are due, those that wait longest first, and again after an attempt', () =>
    inRepository('webhookInbox', (inbox) => ({ nextDueAt: async () => (await inbox.nextDueAt('shop')) ?? 0 })),
  ),
  breaks('are closed unless something came meanwhile', () =>
    inRepository('webhookInbox', (inbox) => ({
      close: async (done) => {
        const open = await inbox.due('shop', { now: 9_000_000_000_000, limit: 99 })
        return inbox.close(done.map((each) => ({ ...each, revision: open.find(({ key }) => key === each.key)?.revision ?? each.revision })))
      },
    })),
  ),
  breaks('of before the last reading of their record change nothing', () =>
    inRepository('webhookInbox', (inbox) => ({
      put: (signals, { dueAt }) => inbox.put(signals, { dueAt, staleMs: Number.MAX_SAFE_INTEGER }),
    })),
  ),
  breaks('are forgotten some time after they were closed, never before', () =>
    inRepository('webhookInbox', () => ({ prune: async () => 3 })),
  ),
  breaks('have addresses that change only over the version that was read, with what is known about them apart', () =>
    inRepository('webhookEndpoints', () => ({ keepHealth: async () => {} })),
  ),
  breaks('are led to their connections by address and by account, whoever has them', () =>
    inSystem((system) => ({
      connectionsOfAccount: async (connector, account) => (await system.connectionsOfAccount(connector, account)).slice(0, 1),
    })),
  ),
]
