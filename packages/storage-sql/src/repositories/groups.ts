import type { GroupMember, GroupRepository, GroupScope, StoredGroup } from '@syncline/core'
import type { BulkWrite } from '../flavour.ts'
import { fromJson, toJson } from '../json.ts'
import type { Session } from '../session.ts'
import { define, type StatementContext } from '../statement.ts'

const groupsOf = ({ db, text }: StatementContext) =>
  db
    .selectFrom('record_groups')
    .selectAll()
    .where('tenant', '=', text('tenant'))
    .where('target_connection', '=', text('targetConnection'))
    .where('source_connection', '=', text('sourceConnection'))
    .where('entity', '=', text('entity'))

const get = define((context) => groupsOf(context).where('group_key', 'in', context.list('keys')))

const list = define((context) =>
  groupsOf(context).where('state', '=', context.text('state')).orderBy('changed_at').orderBy('group_key').limit(context.integer('limit')),
)

const save: BulkWrite = {
  insert: 'record_groups',
  columns: {
    tenant: 'text',
    target_connection: 'text',
    source_connection: 'text',
    entity: 'text',
    group_key: 'text',
    state: 'text',
    head: 'text',
    changed_at: 'integer',
  },
  conflict: {
    columns: ['tenant', 'target_connection', 'source_connection', 'entity', 'group_key'],
    set: { head: 'excluded.head', changed_at: 'excluded.changed_at' },
    when: `record_groups.state = 'open'`,
  },
}

const transition = define(({ db, text }) =>
  db
    .updateTable('record_groups')
    .set({ state: text('to') })
    .where('tenant', '=', text('tenant'))
    .where('target_connection', '=', text('targetConnection'))
    .where('source_connection', '=', text('sourceConnection'))
    .where('entity', '=', text('entity'))
    .where('group_key', '=', text('key'))
    .where('state', '=', text('from')),
)

const membersOf = ({ db, text }: StatementContext) =>
  db
    .selectFrom('group_members')
    .selectAll()
    .where('tenant', '=', text('tenant'))
    .where('target_connection', '=', text('targetConnection'))
    .where('source_connection', '=', text('sourceConnection'))
    .where('entity', '=', text('entity'))

const members = define((context) => membersOf(context).where('group_key', '=', context.text('group')))

const byMembers = define((context) =>
  membersOf(context).where('member_stream', '=', context.text('memberStream')).where('member_key', 'in', context.list('memberKeys')),
)

const put: BulkWrite = {
  insert: 'group_members',
  columns: {
    tenant: 'text',
    target_connection: 'text',
    source_connection: 'text',
    entity: 'text',
    group_key: 'text',
    member_entity: 'text',
    member_stream: 'text',
    member_key: 'text',
    title: 'text',
    amounts: 'text',
  },
  conflict: {
    columns: ['tenant', 'target_connection', 'source_connection', 'entity', 'member_stream', 'member_key', 'group_key'],
    set: { title: 'excluded.title', amounts: 'excluded.amounts' },
  },
}

const remove = define(({ db, text, list: among }) =>
  db
    .deleteFrom('group_members')
    .where('tenant', '=', text('tenant'))
    .where('target_connection', '=', text('targetConnection'))
    .where('source_connection', '=', text('sourceConnection'))
    .where('entity', '=', text('entity'))
    .where('member_stream', '=', text('memberStream'))
    .where('member_key', 'in', among('memberKeys'))
    .where('group_key', '=', text('group')),
)

export function groupRepository(session: Session): GroupRepository {
  return {
    get: async (scope, keys) => (keys.length === 0 ? [] : (await session.all(get, { ...scope, keys })).map(toGroup)),
    list: async (scope, state, limit) => (await session.all(list, { ...scope, state, limit })).map(toGroup),
    async save(groups) {
      if (groups.length === 0) return
      const rows = groups.map((group) => [...ofScope(session, group), group.key, group.state, toJson(group.head), group.changedAt])
      await session.atomically((inner) => inner.bulk(save, rows))
    },
    transition: async (scope, key, from, to) => (await session.run(transition, { ...scope, key, from, to })) > 0,
    members: async (scope, group) => (await session.all(members, { ...scope, group })).map(toMember),
    byMembers: async (scope, memberStream, memberKeys) =>
      memberKeys.length === 0 ? [] : (await session.all(byMembers, { ...scope, memberStream, memberKeys })).map(toMember),
    async put(parts) {
      if (parts.length === 0) return
      const rows = parts.map((part) => [
        ...ofScope(session, part),
        part.group,
        part.memberEntity,
        part.memberStream,
        part.memberKey,
        part.title,
        toJson(part.amounts),
      ])
      await session.atomically((inner) => inner.bulk(put, rows))
    },
    async remove(scope, group, memberStream, memberKeys) {
      if (memberKeys.length > 0) await session.run(remove, { ...scope, group, memberStream, memberKeys })
    },
  }
}

function ofScope({ tenant }: Session, { targetConnection, sourceConnection, entity }: GroupScope): string[] {
  return [tenant, targetConnection, sourceConnection, entity]
}

interface ScopeRow {
  target_connection: string
  source_connection: string
  entity: string
}

function scopeOf(row: ScopeRow): GroupScope {
  return {
    targetConnection: row.target_connection,
    sourceConnection: row.source_connection,
    entity: row.entity as GroupScope['entity'],
  }
}

function toGroup(row: ScopeRow & { group_key: string; state: string; head: string; changed_at: number }): StoredGroup {
  return {
    ...scopeOf(row),
    key: row.group_key,
    state: row.state as StoredGroup['state'],
    head: fromJson(row.head),
    changedAt: Number(row.changed_at),
  }
}

function toMember(
  row: ScopeRow & { group_key: string; member_entity: string; member_stream: string; member_key: string; title: string; amounts: string },
): GroupMember {
  return {
    ...scopeOf(row),
    group: row.group_key,
    memberEntity: row.member_entity as GroupMember['memberEntity'],
    memberStream: row.member_stream,
    memberKey: row.member_key,
    title: row.title,
    amounts: fromJson(row.amounts),
  }
}
