import type { Seams } from '../seams/seams.ts'

/**
 * Every commit, request and wait of the write protocol and of what stands around it. Each has a fault point before and one after it, named
 * `<step>.before` and `<step>.after`: between the two, its effect may have happened or not.
 */
export const faultSteps = [
  // connecting
  'connect.check',
  'connect.commit',
  'connection.settings-read',
  'connection.settings-save',
  'connection.stop',
  'pipeline.save',
  'mapping.save',
  // signing in and out
  'sign-in.begin',
  'sign-in.spend',
  'sign-in.exchange',
  'sign-in.prove',
  'disconnect.begin',
  'disconnect.revoke',
  'disconnect.forget',
  // tokens
  'token.acquire',
  'token.exchange',
  'token.commit',
  'token.candidate',
  'token.proven',
  'token.wait',
  'token.renew',
  'token.release',
  // keys of the vault
  'keys.reseal',
  'keys.data-key',
  // what may be sent to a platform
  'allowance.take',
  // leases
  'lease.acquire',
  'lease.renew',
  'lease.release',
  // runs
  'run.begin',
  'run.end',
  'run.interrupted',
  // reading and planning
  'read.page',
  'read.waiting',
  'reads.count',
  'reads.polled',
  'plan.dependencies',
  'plan.gone',
  'plan.find',
  'plan.present',
  'plan.keep',
  'plan.add',
  'plan.drop',
  'plan.applied',
  // both ways
  'conflict.resolve',
  'look.done',
  // groups of records
  'groups.close',
  'groups.settle',
  // what is in hand, and failed records
  'work.begin',
  'work.end',
  'work.park',
  'failures.mark',
  'failures.link',
  'failures.edit',
  // schedules
  'schedule.save',
  'schedule.wake',
  'schedule.passed',
  // telling people
  'notices.wake',
  'notices.hand',
  'notices.bind',
  'notices.send',
  'notices.settle',
  // comparing everything
  'repair.links',
  'repair.plan',
  // notifications
  'webhook.keep',
  'webhook.settle',
  'webhook.woken',
  'webhook.address',
  'webhook.register',
  'webhook.checked',
  'webhook.remove',
  'webhook.forget',
  // history
  'history.reveal',
  'history.prune',
  // consent
  'confirmation.issue',
  'confirmation.spend',
  // accepting
  'apply.accept',
  'sync.accept',
  'removals.hold',
  'removals.accept',
  // the write protocol
  'send.intent',
  'send.request',
  'send.reread',
  'send.own-record',
  'send.settle',
  'send.requeue',
  'send.wait',
  // recovery
  'recover.wait',
  'recover.look',
  'recover.reread',
  'recover.intent',
  'recover.request',
  'recover.settle',
] as const

export type FaultStep = (typeof faultSteps)[number]

/**
 * Ways through recovery that a proof must have seen (RELIABILITY.md T9). Each is a fault point of its own, `branch.<name>`, passed when
 * that way is taken.
 */
export const faultBranches = [
  'adopted',
  'resent',
  'parked',
  'fenced',
  'candidate-token',
  'previous-token',
  'stale-merged',
  'stale-equal',
  'interrupted',
  'resumed',
] as const

/** The same for turns that an ordinary run may take. */
export const runTurns = ['echo-dropped', 'flapping', 'guard-fired'] as const

export type FaultBranch = (typeof faultBranches)[number] | (typeof runTurns)[number]

/** The names of all fault points of the engine. */
export const faultPoints: readonly string[] = [
  ...faultSteps.flatMap((step) => [`${step}.before`, `${step}.after`]),
  ...[...faultBranches, ...runTurns].map((name) => `branch.${name}`),
]

/** Does one step of the protocol between its two fault points. */
export async function step<T>({ faultPoint }: Pick<Seams, 'faultPoint'>, name: FaultStep, work: () => T | Promise<T>): Promise<T> {
  await faultPoint(`${name}.before`)
  const result = await work()
  await faultPoint(`${name}.after`)
  return result
}

/** Notes that recovery took this way. */
export async function branch({ faultPoint }: Pick<Seams, 'faultPoint'>, name: FaultBranch): Promise<void> {
  await faultPoint(`branch.${name}`)
}
