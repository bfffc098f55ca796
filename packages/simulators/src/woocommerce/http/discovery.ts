import type { App } from './app.ts'
import type { Reply, Route } from './route.ts'
import { wordpressPath } from './router.ts'

/** As a shop of 10.5 with its usual plugins names them; only `wc/v3` is served. */
const NAMESPACES = [
  'oembed/1.0',
  'wc/v3',
  'wc/v1',
  'wc/pos/v1/catalog',
  'jetpack/v4',
  'wc-admin',
  'wc-analytics',
  'wc/store',
  'wc/store/v1',
  'wc/private',
  'wc/v2',
  'wc-admin-email',
  'wc-telemetry',
  'wccom-site/v3',
  'wp-abilities/v1',
  'wp/v2',
  'wp-site-health/v1',
  'wp-block-editor/v1',
]

/** The public indexes `/wp-json/` and `/wp-json/wc/v3` (woocommerce.md 1); undefined for any other path. */
export function discovery(app: App, path: string): Reply | undefined {
  const { store } = app
  if (path === '') {
    return {
      status: 200,
      body: {
        name: 'Example Store',
        description: '',
        url: store.home(),
        home: store.home(),
        gmt_offset: store.time.offset(store.now()) / 3600,
        timezone_string: store.time.zone,
        page_for_posts: 0,
        page_on_front: 0,
        show_on_front: 'posts',
        namespaces: NAMESPACES,
        authentication: { 'application-passwords': { endpoints: { authorization: `${store.home()}/wp-admin/authorize-application.php` } } },
        site_logo: 0,
        site_icon: 0,
        site_icon_url: '',
        _links: { help: [{ href: 'https://developer.wordpress.org/rest-api/' }] },
        routes: routeTable(app.router.routes),
      },
    }
  }
  if (path.toLowerCase() !== 'wc/v3') return undefined
  return {
    status: 200,
    body: { namespace: 'wc/v3', _links: { up: [{ href: `${store.home()}/wp-json/` }] }, routes: routeTable(app.router.routes) },
  }
}

function routeTable(routes: Route[]): Record<string, unknown> {
  const table: Record<string, unknown> = { '/wc/v3': { namespace: 'wc/v3', methods: ['GET'] } }
  for (const route of routes) table[wordpressPath(route.path)] = { namespace: 'wc/v3', methods: Object.keys(route.methods) }
  return table
}
