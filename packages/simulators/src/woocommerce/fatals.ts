import { FatalError } from './errors.ts'

const ROOT = '/var/www/html'
const CONTROLLERS = `${ROOT}/wp-content/plugins/woocommerce/includes/rest-api/Controllers/Version3`
const ORDERS = `${CONTROLLERS}/class-wc-rest-orders-controller.php`

/** How a create reaches the orders controller; updates and batches come by a few other frames, which are not modelled. */
const FRAMES = [
  `${ORDERS}(287): WC_REST_Orders_Controller->remove_item()`,
  `${ORDERS}(517): WC_REST_Orders_Controller->prepare_object_for_database()`,
  `${CONTROLLERS}/class-wc-rest-crud-controller.php(409): WC_REST_Orders_Controller->save_object()`,
  `${ROOT}/wp-includes/rest-api/class-wp-rest-server.php(2583): WC_REST_CRUD_Controller->create_item()`,
  `${ROOT}/wp-includes/rest-api/class-wp-rest-server.php(2249): WP_REST_Server->respond_to_request()`,
  `${ROOT}/wp-includes/rest-api/class-wp-rest-server.php(877): WP_REST_Server->dispatch()`,
  `${ROOT}/wp-includes/rest-api.php(933): WP_REST_Server->serve_request()`,
  `${ROOT}/wp-includes/class-wp-hook.php(681): rest_api_loaded()`,
  `${ROOT}/wp-includes/class-wp-hook.php(729): WP_Hook->apply_filters()`,
  `${ROOT}/wp-includes/plugin.php(1139): WP_Hook->do_action()`,
  `${ROOT}/wp-includes/class-wp.php(835): do_action_ref_array()`,
  `${ROOT}/wp-includes/class-wp.php(1641): WP->parse_request()`,
  `${ROOT}/wp-includes/functions.php(2685): WP->main()`,
  `${ROOT}/wp-blog-header.php(31): wp()`,
  `${ROOT}/index.php(33): require('...')`,
  '{main}',
]

/** A new order line of quantity 0 is taken for a removal, which needs the id that a new line does not have (woocommerce.md 6.2). */
export function removalWithoutId(): FatalError {
  const message = [
    `Uncaught TypeError: WC_REST_Orders_Controller::remove_item(): Argument #3 ($item_id) must be of type int, null given, called in ${ORDERS} on line 287 and defined in ${ORDERS}:437`,
    'Stack trace:',
    ...FRAMES.map((frame, index) => `#${index} ${frame}`),
    '  thrown',
  ]
  return new FatalError(message.join('\n'), ORDERS, 437)
}
