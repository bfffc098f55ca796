import type { AuditEntry, Repositories, TenantStorage } from '../../contracts/storage.ts'
import { SyncError } from '../../errors/sync-error.ts'
import { canonicalJson } from '../../json/canonical.ts'
import { compareMappings, type MappingChange } from '../../mapping/compare.ts'
import { checkMapping, compileMapping } from '../../mapping/compile.ts'
import type { MappingDocument, MappingTable } from '../../mapping/document.ts'
import { listMappingFunctions, type FunctionInfo } from '../../mapping/host.ts'
import { notAMapping, readForm, readMapping, readTable } from '../../mapping/parse.ts'
import type { MappingReview } from '../../mapping/problem.ts'
import { sampleEntity } from '../../mapping/samples.ts'
import { suggestMappings, type MappingSuggestion } from '../../mapping/suggest.ts'
import { traceMapping } from '../../mapping/trace.ts'
import type { Seams } from '../../seams/seams.ts'
import type { AnyConnector } from '../any-connector.ts'
import type { CompiledPipeline } from '../compiled-pipeline.ts'
import { step } from '../fault-points.ts'
import type { OpenConnection } from '../plan-scope.ts'
import { MappingBundle, MappingId, type ImportReport } from './bundle.ts'
import { brokenBy } from './table-users.ts'
import { keepImport, reportOf } from './transfer.ts'
import { differenceOver, type MappingDifference } from './difference.ts'
import { endsOf, reviewBetween } from './ends.ts'
import { lastEntities, type SourceReading } from './records.ts'
import { chosenRecord, outputOf } from './sample.ts'
import type { MappingChoice, MappingPreview, MappingTemplate } from './shown.ts'
import { tenantTables, type Functions } from './resolve.ts'
import {
  addMapping,
  addTable,
  isTable,
  storedMapping,
  tableId,
  toMappingVersion,
  toTableVersion,
  type MappingVersion,
  type TableVersion,
} from './stored.ts'

export interface TenantMappingsOptions {
  storage: TenantStorage
  connectors: ReadonlyMap<string, AnyConnector>
  functions: Functions
  seams: Pick<Seams, 'clock' | 'faultPoint'>
  ready: () => Promise<void>
  track: <T>(work: () => Promise<T>) => Promise<T>
  pipeline: (id: string) => Promise<CompiledPipeline>
  open: (connection: string, signal?: AbortSignal) => Promise<OpenConnection>
}

interface Saving {
  /** Who saves it, for history and audit. Default: `host`. */
  by?: string
  note?: string
}

/** The mappings and tables of one tenant: kept in versions, checked before they are saved, tried before they are used. */
export class TenantMappings {
  readonly #options: TenantMappingsOptions

  constructor(options: TenantMappingsOptions) {
    this.#options = options
  }

  /** The newest version of every mapping, by id. */
  async list(): Promise<MappingVersion[]> {
    return (await (await this.#mappings()).list()).filter((stored) => !isTable(stored)).map(toMappingVersion)
  }

  /** One mapping, the newest version unless one is named. Throws `mapping_unknown`. */
  async get(id: string, version?: number): Promise<MappingVersion> {
    return storedMapping(await this.#mappings(), id, version)
  }

  /** Versions of a mapping, newest first, a page at a time: `before` is the version of the last one seen. Throws `mapping_unknown`. */
  async versions(id: string, options: { before?: number; limit?: number } = {}): Promise<MappingVersion[]> {
    const mappings = await this.#mappings()
    await storedMapping(mappings, id)
    return (await mappings.versions(id, { limit: 50, ...options })).map(toMappingVersion)
  }

  /** Everything that is wrong with a mapping, and what may go wrong with some records. Takes any JSON and never throws for it. */
  async check(draft: unknown): Promise<MappingReview> {
    const read = readMapping(draft)
    if ('problems' in read) return { problems: read.problems, warnings: [] }
    return reviewBetween(this.#options.connectors, read.document, await this.#scope())
  }

  /**
   * Saves a mapping as its next version, after checking it against the schemas that it names. Returns the version; the same mapping again
   * makes none. Pipelines go on with the version they name. Throws `mapping_invalid` or `mapping_field_unknown` with all problems.
   */
  async save(id: string, draft: unknown, saving: Saving = {}): Promise<MappingVersion> {
    assertId(id)
    const document = this.#read(draft)
    await this.#assertFine(document)
    return this.#add(id, document, saving)
  }

  /** Makes an earlier version the newest again. Throws `mapping_unknown`, and what `save` throws when it no longer fits. */
  async restore(id: string, version: number, saving: Saving = {}): Promise<MappingVersion> {
    const { document } = await this.get(id, version)
    await this.#assertFine(document)
    return this.#add(id, document, { ...saving, restored: version })
  }

  /** Difference between two mappings: which fields, values and tables were added, changed, removed. Throws `mapping_unknown`. */
  async changes(before: MappingChoice, after: MappingChoice): Promise<MappingChange[]> {
    return compareMappings(await this.#chosen(before), await this.#chosen(after))
  }

  /**
   * What a mapping makes of one record, step by step, beside what the pipeline makes of it now. The record is a real one of the source
   * (`key`), one that is given (`sample`), or core's own example. Nothing is saved or sent. Throws `pipeline_unknown`, `record_not_found`,
   * `record_invalid` for a sample that is none, and what reading the source throws.
   */
  async preview(
    pipeline: string,
    options: { draft?: unknown; key?: string; sample?: unknown; signal?: AbortSignal } = {},
  ): Promise<MappingPreview> {
    return this.#options.track(async () => {
      await this.#options.ready()
      const compiled = await this.#options.pipeline(pipeline)
      const { from, entity } = await chosenRecord(compiled, options, () => this.#reading(compiled, options.signal))
      const draft = options.draft ?? compiled.mapping
      const now = outputOf(compiled, entity)
      if (draft === undefined) return { from, entity, now, problems: [], warnings: [], trace: undefined }
      const read = readMapping(draft)
      if ('problems' in read) return { from, entity, now, problems: read.problems, warnings: [], trace: undefined }
      const scope = await this.#scope()
      const review = reviewBetween(this.#options.connectors, read.document, scope)
      const trace =
        review.problems.length > 0
          ? undefined
          : traceMapping(read.document, entity, { ...scope, targetSchema: compiled.target.accept.choose })
      return { from, entity, now, ...review, trace }
    })
  }

  /**
   * Which of the last records (100 unless `last` says otherwise, 1,000 at most) would come out different if `to` took the place of `from`
   * (default: what the pipeline uses now). Reads them from the source; nothing is saved or sent. Throws as `preview` does, and what `save`
   * throws for a mapping that cannot be used.
   */
  async diff(
    pipeline: string,
    options: { to: MappingChoice; from?: MappingChoice; last?: number; signal?: AbortSignal },
  ): Promise<MappingDifference> {
    return this.#options.track(async () => {
      await this.#options.ready()
      const compiled = await this.#options.pipeline(pipeline)
      const before = options.from === undefined ? compiled.choose : await this.#compiled(options.from)
      const after = await this.#compiled(options.to)
      const count = Math.max(1, Math.min(options.last ?? 100, 1_000))
      return differenceOver(await lastEntities(await this.#reading(compiled, options.signal), count), before, after)
    })
  }

  /** Mappings shipped with the connectors for this source and target, with what each would change in the mapping given. */
  templates(ends: Pick<MappingDocument, 'source' | 'target'>, beside?: MappingDocument): MappingTemplate[] {
    return [...this.#options.connectors.values()].flatMap(({ mappings = {} }) =>
      Object.entries(mappings).flatMap(([name, document]) => {
        const read = readMapping(document)
        if (
          !('document' in read) ||
          canonicalJson(read.document.source) !== canonicalJson(ends.source) ||
          read.document.target !== ends.target
        )
          return []
        return [{ name, document: read.document, changes: compareMappings(beside, read.document) }]
      }),
    )
  }

  /** What the fields that are not mapped yet could be made from, and why: for a person to choose from. Throws `mapping_invalid`. */
  suggest(
    ends: Pick<MappingDocument, 'source' | 'target'>,
    options: { mapped?: readonly string[]; samples?: readonly unknown[]; limit?: number } = {},
  ): MappingSuggestion[] {
    const found = endsOf(this.#options.connectors, ends)
    if ('problems' in found) throw notAMapping('There is nothing to suggest', found.problems)
    const samples = options.samples ?? (typeof ends.source === 'string' ? [sampleEntity(ends.source)] : [])
    return suggestMappings({
      ...found,
      samples,
      ...(options.mapped && { mapped: options.mapped }),
      ...(options.limit !== undefined && { limit: options.limit }),
    })
  }

  /** What a mapping may call: built in, and the host's own. */
  functions(): FunctionInfo[] {
    return listMappingFunctions(this.#options.functions.host)
  }

  /** The newest version of every table of the tenant. */
  async tables(): Promise<TableVersion[]> {
    return (await (await this.#mappings()).list()).filter(isTable).map(toTableVersion)
  }

  /** One table. Throws `mapping_unknown`. */
  async table(name: string, version?: number): Promise<TableVersion> {
    const stored = await (await this.#mappings()).get(tableId(name), version)
    if (stored === undefined)
      throw new SyncError('mapping_unknown', `There is no table "${name}"${version === undefined ? '' : ` of version ${version}`}.`, {
        hint: `Tables of this tenant: ${(await this.tables()).map((table) => table.name).join(', ') || 'none'}.`,
      })
    return toTableVersion(stored)
  }

  /**
   * Saves a table as its next version: every mapping that looks something up in it uses it from now on, and plans made before are stale.
   * Throws `mapping_invalid` for what is no table, and when a mapping or pipeline that uses it would no longer be right.
   */
  async saveTable(name: string, table: MappingTable, saving: Saving = {}): Promise<TableVersion> {
    if (name === '' || name.length > 100)
      throw notAMapping('This is not a table', [{ path: 'name', code: 'form', message: 'a name has 1 to 100 characters' }])
    const read = readTable(table)
    if ('problems' in read) throw notAMapping('This is not a table', read.problems)
    await this.#options.ready()
    const broken = await brokenBy(
      this.#options.storage,
      new Set([name]),
      await this.#reviewer(),
      await this.#reviewer([{ name, table: read.table }]),
    )
    if (broken.length > 0) throw notAMapping(`The table "${name}" would break what uses it`, broken)
    const at = this.#options.seams.clock.now()
    const version = await this.#commit(async (repositories) => {
      await repositories.audit.append(audited('mapping.table-saved', name, saving, at))
      return addTable(repositories.mappings, name, read.table, saving.by ?? 'host', at)
    })
    return this.table(name, version)
  }

  /** Mappings (all, or those named) and every table of the tenant as one JSON value. Throws `mapping_unknown`. */
  async export(ids?: readonly string[]): Promise<MappingBundle> {
    const mappings = ids === undefined ? await this.list() : await Promise.all(ids.map((id) => this.get(id)))
    const tables = await this.tables()
    return {
      format: 'syncline.mappings',
      version: 1,
      mappings: mappings.map(({ id, document }) => ({ id, document })),
      tables: tables.map(({ name, table }) => ({ name, table })),
    }
  }

  /** What an import would do, with everything that is wrong with it. Takes any JSON; saves nothing. */
  async checkImport(json: unknown): Promise<ImportReport> {
    const read = readForm(MappingBundle, json)
    if ('problems' in read) return { problems: read.problems, warnings: [], mappings: [], tables: [], saved: false }
    const bundle = read.value
    const here = {
      mappings: new Map((await this.list()).map(({ id, document }) => [id, document])),
      tables: await tenantTables(await this.#mappings()),
    }
    const report = reportOf(bundle, here, await this.#reviewer(bundle.tables))
    const changed = new Set(report.tables.filter(({ becomes }) => becomes === 'changed').map(({ name }) => name))
    const replaced = new Set(bundle.mappings.map(({ id }) => id))
    const broken =
      changed.size === 0 ? [] : await brokenBy(this.#options.storage, changed, await this.#reviewer(), await this.#reviewer(bundle.tables))
    report.problems.push(...broken.filter(({ path }) => !replaced.has(path.split('.')[0]!)))
    return report
  }

  /** Saves what `export` gave, whole or not at all. What is the same here already makes no version. Throws `mapping_invalid` with all problems. */
  async import(json: unknown, saving: Saving = {}): Promise<ImportReport> {
    const report = await this.checkImport(json)
    if (report.problems.length > 0) throw notAMapping('Nothing was imported', report.problems)
    const bundle = MappingBundle.parse(json)
    const at = this.#options.seams.clock.now()
    await this.#commit(async (repositories) => {
      const kept = await keepImport(repositories, bundle, report, { ...saving, by: saving.by ?? 'host' }, at)
      await repositories.audit.append(audited('mapping.imported', kept.join(', '), saving, at))
    })
    return { ...report, saved: true }
  }

  #commit<T>(work: (repositories: Repositories) => Promise<T>): Promise<T> {
    const { storage, seams } = this.#options
    return step(seams, 'mapping.save', () => storage.transaction(work))
  }

  async #mappings(): Promise<Repositories['mappings']> {
    await this.#options.ready()
    return this.#options.storage.mappings
  }

  async #scope(more: MappingBundle['tables'] = []) {
    const tables = await tenantTables(await this.#mappings())
    for (const { name, table } of more) tables.set(name, table)
    return { functions: this.#options.functions.all, tables }
  }

  async #reviewer(more?: MappingBundle['tables']): Promise<(document: MappingDocument) => MappingReview> {
    const scope = await this.#scope(more)
    return (document) => reviewBetween(this.#options.connectors, document, scope)
  }

  #read(draft: unknown): MappingDocument {
    const read = readMapping(draft)
    if ('problems' in read) throw notAMapping('This is not a mapping', read.problems)
    return read.document
  }

  async #assertFine(document: MappingDocument): Promise<void> {
    const ends = endsOf(this.#options.connectors, document)
    if ('problems' in ends) throw notAMapping(`The mapping "${document.name}" cannot be used`, ends.problems)
    checkMapping(document, { ...ends, ...(await this.#scope()) })
  }

  async #add(id: string, document: MappingDocument, saving: Saving & { restored?: number }): Promise<MappingVersion> {
    const at = this.#options.seams.clock.now()
    const version = await this.#commit(async (repositories) => {
      const newest = await repositories.mappings.get(id)
      if (newest !== undefined && canonicalJson(toMappingVersion(newest).document) === canonicalJson(document)) return newest.version
      await repositories.audit.append(audited(saving.restored === undefined ? 'mapping.saved' : 'mapping.restored', id, saving, at))
      return addMapping(repositories.mappings, id, document, { ...saving, by: saving.by ?? 'host' }, at)
    })
    return this.get(id, version)
  }

  async #chosen(choice: MappingChoice): Promise<MappingDocument> {
    return 'id' in choice ? (await this.get(choice.id, choice.version)).document : this.#read(choice)
  }

  async #compiled(choice: MappingChoice) {
    const document = await this.#chosen(choice)
    await this.#assertFine(document)
    const ends = endsOf(this.#options.connectors, document)
    return compileMapping(document, { ...(await this.#scope()), ...('targetSchema' in ends && { targetSchema: ends.targetSchema }) })
  }

  async #reading(pipeline: CompiledPipeline, signal: AbortSignal | undefined): Promise<SourceReading> {
    return {
      pipeline,
      source: await this.#options.open(pipeline.source.connection, signal),
      storage: this.#options.storage,
      ...(signal && { signal }),
    }
  }
}

function assertId(id: string): void {
  const parsed = MappingId.safeParse(id)
  if (!parsed.success)
    throw notAMapping('This is not a name for a mapping', [
      { path: 'id', code: 'form', message: parsed.error.issues[0]?.message ?? 'wrong form' },
    ])
}

function audited(action: string, object: string, { by = 'host', note }: Saving, at: number): AuditEntry {
  return { actor: by, action, object, at, ...(note !== undefined && { details: { note } }) }
}
