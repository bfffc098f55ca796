import type { Baseline, Link, RecordOverride, Repositories } from '../contracts/storage.ts'
import type { GatheredIn } from '../contracts/gather.ts'
import type { EntityName } from '../entities/common.ts'
import { entityIdOf } from './op-key.ts'
import type { PlanScope } from './plan-scope.ts'

type BaselineHash = Omit<Baseline, 'values'>

/** What is known about the records that a plan looks at: loaded in bulk, asked one by one. */
export class Snapshot {
  readonly #tenant: string
  readonly #storage: Repositories
  readonly #sourceConnection: string
  readonly #targetConnection: string
  readonly #entityIds = new Map<string, string>()
  readonly #sourceLinks = new Map<string, Link>()
  readonly #targets = new Map<string, Link>()
  readonly #baselines = new Map<string, BaselineHash>()
  readonly #loadedEntities = new Set<string>()
  readonly #linkedEntities = new Set<string>()
  readonly #asleep = new Set<string>()
  readonly #asleepEntities = new Set<string>()
  readonly #isInactive: (link: Link) => boolean
  readonly #exclusive: readonly EntityName[]
  readonly #gathered = new Map<string, GatheredIn>()
  readonly #overrides = new Map<string, RecordOverride['fields'] | undefined>()

  constructor(options: {
    tenant: string
    storage: Repositories
    sourceConnection: string
    targetConnection: string
    /** Kinds of groups whose members are posted in them only. */
    exclusive: readonly EntityName[]
    /** True where the target says that the record of this link was made inactive there. */
    isInactive: (link: Link) => boolean
  }) {
    this.#tenant = options.tenant
    this.#storage = options.storage
    this.#sourceConnection = options.sourceConnection
    this.#targetConnection = options.targetConnection
    this.#exclusive = options.exclusive
    this.#isInactive = options.isInactive
  }

  /** Loads links, baselines and what a person chose for source records of one stream. */
  async load(stream: string, keys: readonly string[], pipeline: string): Promise<void> {
    const unknown = keys.filter((key) => !this.#entityIds.has(recordName(stream, key)))
    if (unknown.length > 0) {
      for (const link of await this.#storage.links.byRecords(this.#sourceConnection, stream, unknown)) {
        this.#sourceLinks.set(recordName(stream, link.key), link)
        this.#entityIds.set(recordName(stream, link.key), link.entityId)
      }
      for (const key of unknown) {
        const name = recordName(stream, key)
        if (!this.#entityIds.has(name)) this.#entityIds.set(name, entityIdOf(this.#tenant, this.#sourceConnection, stream, key))
      }
      await this.#loadGroups(stream, unknown)
    }
    await this.#loadOverrides(stream, keys, pipeline)
    await this.#loadTargets([...new Set(keys.map((key) => this.entityId(stream, key)))], pipeline)
  }

  async #loadOverrides(stream: string, keys: readonly string[], pipeline: string): Promise<void> {
    const unknown = keys.filter((key) => !this.#overrides.has(overrideName(pipeline, stream, key)))
    for (const key of unknown) this.#overrides.set(overrideName(pipeline, stream, key), undefined)
    for (const { sourceKey, fields } of await this.#storage.overrides.byRecords(pipeline, stream, unknown))
      this.#overrides.set(overrideName(pipeline, stream, sourceKey), fields)
  }

  async #loadGroups(stream: string, keys: readonly string[]): Promise<void> {
    for (const entity of this.#exclusive) {
      const scope = { sourceConnection: this.#sourceConnection, targetConnection: this.#targetConnection, entity }
      const members = await this.#storage.groups.byMembers(scope, stream, keys)
      if (members.length === 0) continue
      const groups = await this.#storage.groups.get(scope, [...new Set(members.map(({ group }) => group))])
      const closed = new Set(groups.filter(({ state }) => state !== 'open').map(({ key }) => key))
      for (const { memberKey, group } of members) {
        const name = recordName(stream, memberKey)
        const before = this.#gathered.get(name)
        if (before?.closed !== true) this.#gathered.set(name, { group, closed: closed.has(group) })
      }
    }
  }

  /** The group that holds a record which is posted in it, and not by itself. */
  gatheredIn(stream: string, key: string): GatheredIn | undefined {
    return this.#gathered.get(recordName(stream, key))
  }

  /** What a person chose for one record; it wins over the mapping. */
  override(pipeline: string, stream: string, key: string): RecordOverride['fields'] | undefined {
    return this.#overrides.get(overrideName(pipeline, stream, key))
  }

  async #loadTargets(entityIds: readonly string[], pipeline: string): Promise<void> {
    const unknown = entityIds.filter((id) => !this.#loadedEntities.has(id))
    if (unknown.length === 0) return
    const links = await this.#storage.links.byEntities(this.#targetConnection, unknown)
    for (const link of links) this.remember(link)
    if (links.length > 0) {
      for (const baseline of await this.#storage.baselines.hashes(pipeline, this.#targetConnection, unknown)) {
        this.#baselines.set(roleName(baseline.entityId, baseline.role), baseline)
      }
    }
    for (const id of unknown) this.#loadedEntities.add(id)
  }

  entityId(stream: string, key: string): string {
    return this.#entityIds.get(recordName(stream, key)) ?? entityIdOf(this.#tenant, this.#sourceConnection, stream, key)
  }

  sourceLink(stream: string, key: string): Link | undefined {
    return this.#sourceLinks.get(recordName(stream, key))
  }

  target(entityId: string, role: string): Link | undefined {
    return this.#targets.get(roleName(entityId, role))
  }

  baseline(entityId: string, role: string): BaselineHash | undefined {
    return this.#baselines.get(roleName(entityId, role))
  }

  /** Takes note of a link that this plan made, so that later windows see it. */
  remember(link: Link): void {
    this.#targets.set(roleName(link.entityId, link.role), link)
    this.#loadedEntities.add(link.entityId)
    if (link.state === 'live' && this.#isInactive(link)) {
      this.#asleep.add(roleName(link.entityId, link.role))
      this.#asleepEntities.add(link.entityId)
    }
    // One that was made inactive has to be brought back before anything refers to it.
    if (link.tombstone?.kind !== 'inactivated') this.#linkedEntities.add(link.entityId)
  }

  /** True when the target has any record for the entity, and none that would have to be brought back first. */
  hasTarget(entityId: string): boolean {
    return this.#linkedEntities.has(entityId) && !this.#asleepEntities.has(entityId)
  }

  /** True when the record was made inactive in the target itself. */
  isAsleep(entityId: string, role: string): boolean {
    return this.#asleep.has(roleName(entityId, role))
  }

  /** Two source records turned out to be one entity. */
  merge(stream: string, key: string, entityId: string): void {
    this.#entityIds.set(recordName(stream, key), entityId)
  }

  /** The link of the target for an entity known by its source record. */
  targetOf(stream: string, key: string, role: string): Link | undefined {
    return this.target(this.entityId(stream, key), role)
  }
}

function recordName(stream: string, key: string): string {
  return `${stream}\n${key}`
}

function overrideName(pipeline: string, stream: string, key: string): string {
  return `${pipeline}\n${stream}\n${key}`
}

function roleName(entityId: string, role: string): string {
  return `${entityId}\n${role}`
}

/** An empty one for the two connections of a plan. */
export function snapshotFor(scope: PlanScope): Snapshot {
  return new Snapshot({
    tenant: scope.tenant,
    storage: scope.storage,
    sourceConnection: scope.source.id,
    targetConnection: scope.target.id,
    exclusive: Object.entries(scope.pipeline.target.connector.accepts ?? {})
      .filter(([, { gathers }]) => gathers?.exclusive === true)
      .map(([entity]) => entity as EntityName),
    isInactive: ({ stream, key, version }) =>
      scope.pipeline.target.connector.streams[stream]?.inactive?.({ id: key, version }, scope.target.settings) === true,
  })
}
