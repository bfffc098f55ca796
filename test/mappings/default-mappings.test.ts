import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { quickbooks, recipes as quickbooksRecipes } from '@syncline/connector-quickbooks'
import { supabase, recipes as supabaseRecipes } from '@syncline/connector-supabase'
import {
  compileMapping,
  entitySchemas,
  parseMapping,
  reviewMapping,
  sampleEntity,
  SyncError,
  type EntityName,
  type MappingDocument,
} from '@syncline/core'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { arbitraryOf } from '../../packages/core/test/arbitrary-of.ts'
import { root } from '../structure/workspace.ts'

interface Accepting {
  id: string
  accepts: { [entity: string]: { choose: z.ZodObject; computed?: readonly string[] } }
  mappings?: { [name: string]: unknown }
}

const connectors = [quickbooks, supabase] as unknown as Accepting[]
const shipped = connectors.flatMap(({ id, accepts, mappings = {} }) =>
  Object.entries(mappings).map(([name, json]) => {
    const document = parseMapping(json)
    const entity = document.target.split('.')[1]!
    return { connector: id, name, document, entity: document.source as EntityName, accept: accepts[entity]! }
  }),
)

describe('the mappings that connectors bring along', () => {
  it.each(connectors)('$id: are its JSON files, each under its own name', ({ id, mappings = {} }) => {
    const folder = join(root, `packages/connector-${id}/src/mappings`)
    const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
    expect(Object.keys(mappings).sort()).toEqual(files.map((file) => file.replace('.json', '')).sort())
    for (const file of files) {
      const json = JSON.parse(readFileSync(join(folder, file), 'utf8')) as MappingDocument
      expect(json.name).toBe(file.replace('.json', ''))
      expect(mappings[json.name]).toEqual(json)
      expect(json.target.split('.')[0]).toBe(id)
    }
  })

  it.each(shipped)('$name fits both of its ends, without a warning', ({ document, entity, accept }) => {
    expect(
      reviewMapping(document, { sourceSchema: entitySchemas[entity], targetSchema: accept.choose, computed: accept.computed ?? [] }),
    ).toEqual({ problems: [], warnings: [] })
  })

  it.each(shipped)('$name fills every field from the example', ({ document, entity, accept }) => {
    const output = compileMapping(document, { targetSchema: accept.choose })(sampleEntity(entity))
    expect(Object.keys(output).sort()).toEqual(Object.keys(document.fields).sort())
  })

  it.each(shipped)('$name gives what the target accepts for any record, or names the field', ({ document, entity, accept }) => {
    const run = compileMapping(document, { targetSchema: accept.choose })
    let made = 0
    fc.assert(
      fc.property(arbitraryOf(entitySchemas[entity]), (record) => {
        try {
          expect(accept.choose.safeParse(run(record)).error).toBeUndefined()
          made += 1
        } catch (error) {
          if (!SyncError.is(error)) throw error
          expect(error).toMatchObject({ code: 'record_invalid', details: { field: expect.any(String) as string } })
        }
      }),
      { numRuns: 60 },
    )
    expect(made).toBe(60)
  })

  it('are the ones that the recipes use', () => {
    const used = [
      quickbooksRecipes.woocommerceToQuickbooks(),
      supabaseRecipes.woocommerceToSupabase,
      supabaseRecipes.quickbooksToSupabase,
    ].flatMap(({ pipelines }) => pipelines.map(({ mapping }) => mapping))
    for (const mapping of used) expect(shipped.find(({ name }) => name === mapping.name)?.document).toEqual(mapping)
  })

  it('do not touch what the accounting rules compute, which the checker calls by its name', () => {
    const document: MappingDocument = {
      name: 'wrong',
      format: 1,
      source: 'order',
      target: 'quickbooks.order',
      fields: { TotalAmt: { path: 'totals.total' }, 'CustomerRef.value': { path: 'customer.key' } },
    }
    const { choose, computed = [] } = connectors[0]!.accepts.order!
    expect(
      reviewMapping(document, { sourceSchema: entitySchemas.order, targetSchema: choose, computed }).problems.map(({ code }) => code),
    ).toEqual(['field_computed', 'field_computed'])
    expect(computed.filter((name) => name in choose.shape)).toEqual([])
  })
})
