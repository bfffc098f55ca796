import { currencyEntity, currencyName, CURRENCY_CODES } from '../currencies.ts'
import { WcError } from '../errors.ts'
import { editable, item, list, type Context, type Reply, type Route } from '../http/route.ts'
import { apiBase } from '../links.ts'
import { EMAIL_GROUPS, SETTING_TABLE, type Setting } from '../setting-table.ts'
import type { Store } from '../store.ts'
import { batchRoute } from './batch.ts'

const PAGES: [id: string, label: string, description?: string][] = [
  ['wc_admin', 'WooCommerce Admin', 'Settings for WooCommerce admin reporting.'],
  ['general', 'General'],
  ['products', 'Products'],
  ['tax', 'Tax'],
  ['shipping', 'Shipping'],
  ['checkout', 'Payments'],
  ['account', 'Accounts &amp; Privacy'],
  ['email', 'Emails'],
  ['integration', 'Integration'],
  ['site-visibility', 'Site visibility'],
  ['point-of-sale', 'Point of Sale'],
  ['advanced', 'Advanced'],
]

const GROUPS = [
  ...PAGES.map(([id, label, description = '']) => ({
    id,
    label,
    description,
    parent_id: '',
    sub_groups: id === 'email' ? EMAIL_GROUPS.map(([email]) => email) : [],
  })),
  ...EMAIL_GROUPS.map(([id, label, description]) => ({ id, label, description, parent_id: 'email', sub_groups: [] })),
]

export const settingRoutes: Route[] = [
  { path: 'settings', methods: { GET: { action: 'list', args: {}, handle: listGroups } } },
  { path: 'settings/{group_id+}', methods: { GET: { action: 'list', args: {}, handle: listOptions } } },
  batchRoute('settings/{group_id+}/batch', { update }),
  {
    path: 'settings/{group_id+}/{id+}',
    methods: { GET: { action: 'view', args: {}, handle: show }, ...editable({ action: 'edit', args: {}, handle: update }) },
  },
]

const CURRENCY_OPTIONS = Object.fromEntries(
  CURRENCY_CODES.map((code) => [code, `${currencyName(code)} (${currencyEntity(code)}) — ${code}`]),
)

function listGroups(context: Context): Reply {
  const base = apiBase(context.store.home())
  return list(GROUPS.map((group) => ({ ...group, _links: { options: [{ href: `${base}/settings/${group.id}` }] } })))
}

function group(context: Context): Setting[] {
  const id = context.names['group_id']!
  if (!GROUPS.some((known) => known.id === id)) throw new WcError('rest_setting_setting_group_invalid', 'Invalid setting group.', 404)
  return SETTING_TABLE[id] ?? []
}

function setting(context: Context): Setting {
  const id = context.inBatch ? String(context.params['id'] ?? '') : context.names['id']!
  const found = group(context).find((each) => each.id === id)
  if (!found) throw new WcError('rest_setting_setting_invalid', 'Invalid setting.', 404)
  return found
}

function listOptions(context: Context): Reply {
  return list(group(context).map((each) => view(context, each, false)))
}

function show(context: Context): Reply {
  return item(view(context, setting(context), true))
}

function update(context: Context): Reply {
  const found = setting(context)
  const value = context.params['value'] ?? context.body['value']
  context.store.data.options.set(found.id, accepted(found, value))
  return item(view(context, found, true))
}

function accepted(found: Setting, value: unknown): string {
  const text = typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value ?? '')
  const options = found.id === 'woocommerce_currency' ? CURRENCY_OPTIONS : found.options
  const allowed = found.type === 'checkbox' ? ['yes', 'no'] : options && Object.keys(options)
  if (allowed && !allowed.includes(text)) throw new WcError('rest_setting_value_invalid', 'An invalid setting value was passed.', 400)
  return text
}

function view(context: Context, found: Setting, withGroup: boolean): Record<string, unknown> {
  const { store } = context
  const id = context.names['group_id']!
  const href = `${apiBase(store.home())}/settings/${id}`
  return {
    ...found,
    ...(found.id === 'woocommerce_currency' ? { options: CURRENCY_OPTIONS } : {}),
    value: valueOf(store, found),
    ...(withGroup ? { group_id: id } : {}),
    _links: {
      self: [{ href: `${href}/${found.id}`, targetHints: { allow: ['GET', 'POST', 'PUT', 'PATCH'] } }],
      collection: [{ href }],
    },
  }
}

function valueOf(store: Store, found: Setting): string {
  return store.data.options.get(found.id) ?? found.default
}
