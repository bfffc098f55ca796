import { currencyEntity, currencyName, CURRENCY_CODES } from '../currencies.ts'
import { WcError } from '../errors.ts'
import { COUNTRIES } from '../countries.ts'
import { editable, item, list, type Context, type Reply, type Route } from '../http/route.ts'
import { apiBase } from '../links.ts'
import { toBoolean } from '../php.ts'
import type { Gateway, Store } from '../store.ts'

export const systemRoutes: Route[] = [
  { path: 'system_status', methods: { GET: { action: 'view', args: {}, handle: systemStatus } } },
  {
    path: 'data/currencies',
    methods: {
      GET: { action: 'list', args: {}, handle: (context) => list(CURRENCY_CODES.map((code) => currencyView(context.store, code))) },
    },
  },
  {
    path: 'data/currencies/current',
    methods: { GET: { action: 'view', args: {}, handle: ({ store }) => item(currencyView(store, store.option('woocommerce_currency'))) } },
  },
  { path: 'data/currencies/{currency3}', methods: { GET: { action: 'view', args: {}, handle: oneCurrency } } },
  {
    path: 'data/countries',
    methods: {
      GET: {
        action: 'list',
        args: {},
        handle: (context) => list(Object.keys(COUNTRIES).map((code) => countryView(context.store, code, code))),
      },
    },
  },
  { path: 'data/countries/{location+}', methods: { GET: { action: 'view', args: {}, handle: oneCountry } } },
  { path: 'payment_gateways', methods: { GET: { action: 'list', args: {}, handle: listGateways } } },
  {
    path: 'payment_gateways/{id+}',
    methods: {
      GET: { action: 'view', args: {}, handle: (context) => item(gatewayView(context.store, foundGateway(context))) },
      ...editable({
        action: 'edit',
        args: { title: { type: 'string' }, description: { type: 'string' }, enabled: { type: 'boolean' } },
        handle: updateGateway,
      }),
    },
  },
]

function systemStatus(context: Context): Reply {
  const { store } = context
  return item({
    environment: {
      home_url: store.home(),
      site_url: store.home(),
      store_id: 'd4c97c06-19bc-4221-82a4-69648215b3c1',
      version: store.version,
      wp_version: '6.9.1',
      wp_multisite: false,
      wp_debug_mode: false,
      wp_cron: false,
      language: 'en_US',
      server_info: 'nginx/1.22.1',
      php_version: '8.2.36',
      mysql_version: '10.11.19',
      // PHP's own zone, not the site's (woocommerce.md 12).
      default_timezone: 'UTC',
    },
    database: { wc_database_version: store.version },
    active_plugins: [],
    theme: { name: 'Twenty Twenty-Four' },
    settings: {
      api_enabled: false,
      force_ssl: false,
      currency: store.option('woocommerce_currency'),
      currency_symbol: currencyEntity(store.option('woocommerce_currency')),
      currency_position: store.option('woocommerce_currency_pos'),
      thousand_separator: store.option('woocommerce_price_thousand_sep'),
      decimal_separator: store.option('woocommerce_price_decimal_sep'),
      number_of_decimals: store.decimals(),
      geolocation_enabled: false,
      taxonomies: { external: 'external', grouped: 'grouped', simple: 'simple', variable: 'variable' },
      product_visibility_terms: VISIBILITY,
      woocommerce_com_connected: 'no',
      enforce_approved_download_dirs: true,
      order_datastore: store.hpos
        ? 'Automattic\\WooCommerce\\Internal\\DataStores\\Orders\\OrdersTableDataStore'
        : 'WC_Order_Data_Store_CPT',
      HPOS_enabled: store.hpos,
      HPOS_sync_enabled: false,
      enabled_features: [
        'analytics',
        'marketplace',
        'order_attribution',
        'site_visibility_badge',
        'remote_logging',
        'blueprint',
        'point_of_sale',
        'custom_order_tables',
      ].filter((feature) => store.hpos || feature !== 'custom_order_tables'),
    },
  })
}

const VISIBILITY = Object.fromEntries(
  ['exclude-from-catalog', 'exclude-from-search', 'featured', 'outofstock', 'rated-1', 'rated-2', 'rated-3', 'rated-4', 'rated-5'].map(
    (term) => [term, term],
  ),
)

function currencyView(store: Store, code: string): Record<string, unknown> {
  const base = `${apiBase(store.home())}/data/currencies`
  return {
    code,
    name: currencyName(code) ?? code,
    symbol: currencyEntity(code),
    _links: { self: [{ href: `${base}/${code}`, targetHints: { allow: ['GET'] } }], collection: [{ href: base }] },
  }
}

function oneCurrency(context: Context): Reply {
  const code = context.names['currency']!.toUpperCase()
  if (currencyName(code) === undefined) {
    throw new WcError('woocommerce_rest_data_invalid_currency', 'There are no currencies matching these parameters.', 404)
  }
  return item(currencyView(context.store, code))
}

function oneCountry(context: Context): Reply {
  const code = context.names['location']!.toUpperCase()
  if (!COUNTRIES[code])
    throw new WcError('woocommerce_rest_data_invalid_location', 'There are no locations matching these parameters.', 404)
  return item(countryView(context.store, code, code.toLowerCase()))
}

/** The shop spells the link of a single country in lower case. */
function countryView(store: Store, code: string, spelled: string): Record<string, unknown> {
  const base = `${apiBase(store.home())}/data/countries`
  const { name, states } = COUNTRIES[code]!
  return {
    code,
    name,
    states: Object.entries(states).map(([state, label]) => ({ code: state, name: label })),
    _links: { self: [{ href: `${base}/${spelled}`, targetHints: { allow: ['GET'] } }], collection: [{ href: base }] },
  }
}

function foundGateway(context: Context): Gateway {
  const gateway = context.store.data.gateways.find((each) => each.id === context.names['id'])
  if (!gateway) throw new WcError('woocommerce_rest_payment_gateway_invalid', 'Resource does not exist.', 404)
  return gateway
}

function listGateways(context: Context): Reply {
  const { gateways } = context.store.data
  return list(
    gateways.map((gateway) => gatewayView(context.store, gateway)),
    { total: gateways.length, pages: 1, page: 1 },
  )
}

function updateGateway(context: Context): Reply {
  const gateway = foundGateway(context)
  if (context.params['enabled'] !== undefined) gateway.enabled = toBoolean(context.params['enabled'])
  if (typeof context.params['title'] === 'string') gateway.title = context.params['title']
  if (typeof context.params['description'] === 'string') gateway.description = context.params['description']
  return item(gatewayView(context.store, gateway))
}

function gatewaySettings(gateway: Gateway): Record<string, unknown> {
  const field = (id: string, label: string, help: string, type: string, value: string, fallback: string) => ({
    id,
    label,
    description: help,
    type,
    value,
    default: fallback,
    tip: help,
    placeholder: '',
  })
  return {
    title: field(
      'title',
      'Title',
      'This controls the title which the user sees during checkout.',
      'safe_text',
      gateway.title,
      gateway.methodTitle,
    ),
    instructions: field(
      'instructions',
      'Instructions',
      'Instructions that will be added to the thank you page and emails.',
      'textarea',
      '',
      '',
    ),
  }
}

function gatewayView(store: Store, gateway: Gateway): Record<string, unknown> {
  const base = `${apiBase(store.home())}/payment_gateways`
  return {
    id: gateway.id,
    title: gateway.title,
    description: gateway.description,
    order: gateway.order,
    enabled: gateway.enabled,
    method_title: gateway.methodTitle,
    method_description: gateway.methodDescription,
    method_supports: gateway.refunds ? ['products', 'refunds'] : ['products'],
    needs_setup: false,
    post_install_scripts: [],
    settings: gatewaySettings(gateway),
    settings_url: `${store.home()}/wp-admin/admin.php?page=wc-settings&tab=checkout&path=/offline/${gateway.id}`,
    connection_url: null,
    setup_help_text: null,
    required_settings_keys: [],
    _links: {
      self: [{ href: `${base}/${gateway.id}`, targetHints: { allow: ['GET', 'POST', 'PUT', 'PATCH'] } }],
      collection: [{ href: base }],
    },
  }
}
