import fc from 'fast-check'
import type { Expression } from '../src/mapping/document.ts'
import type { MappingFunction, Parameter } from '../src/mapping/functions/function.ts'
import { mappingFunctions } from '../src/mapping/functions/index.ts'

const literals = fc.oneof(
  fc.constantFrom<string | number | boolean | null>(
    '',
    'yes',
    ', ',
    'EUR',
    'DE',
    'days',
    'months',
    'Europe/Berlin',
    'YYYY-MM-DD',
    '^[a-z]+$',
    'half_even',
    'descending',
    'alpha3',
    '{number} {1}',
    true,
    false,
    null,
  ),
  fc.integer({ min: -5, max: 70 }),
  fc.string({ maxLength: 6 }),
)

// What the fixed arguments of each function may be: a random one would hardly ever be right.
const fixedFor: { [parameter: string]: fc.Arbitrary<string | number> } = {
  places: fc.integer({ min: 0, max: 5 }),
  mode: fc.constantFrom('half_up', 'half_even', 'floor'),
  characters: fc.integer({ min: 8, max: 60 }),
  unit: fc.constantFrom('days', 'months', 'hours'),
  zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York'),
  format: fc.constantFrom('YYYY-MM-DD', 'D MMM YY HH:mm'),
  pattern: fc.constantFrom('^\\d+$', 'a|b', '(x+)+$'),
  form: fc.constantFrom('alpha3', 'name', 'code'),
  direction: fc.constantFrom('descending', 'ascending'),
  ignoreCase: fc.constant('ignoreCase'),
  side: fc.constantFrom('start', 'end'),
  between: fc.constantFrom('/', ''),
  at: fc.constantFrom(' ', 'a'),
  ending: fc.constant('…'),
  filling: fc.constantFrom('0', 'ab'),
  text: fc.constantFrom('no {1}', 'plain', '{{x}}'),
  table: fc.constantFrom('yes', 'no', 'EUR', 'x'),
}

/** Expressions over these paths, with every function of the language; `entryPaths` stand where an entry of a list is looked at. */
export function randomExpression(
  paths: readonly string[],
  entryPaths: readonly string[] = ['@', 'key', 'amount', 'name', '$.key', '$.currency'],
): fc.Arbitrary<Expression> {
  const called = [...mappingFunctions]
  return fc.letrec<{ expression: Expression; inEntry: Expression }>((tie) => {
    const calls = (inner: fc.Arbitrary<Expression>) =>
      fc.constantFrom(...called).chain(([name, one]) => callOf(name, one, inner, tie('inEntry')))
    return {
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        { arbitrary: fc.constantFrom(...paths).map((path) => ({ path })), weight: 3 },
        { arbitrary: literals.map((literal) => ({ literal })), weight: 1 },
        { arbitrary: calls(tie('expression')), weight: 4 },
      ),
      inEntry: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        { arbitrary: fc.constantFrom(...entryPaths).map((path) => ({ path })), weight: 3 },
        { arbitrary: calls(tie('inEntry')), weight: 1 },
      ),
    }
  }).expression
}

function callOf(
  name: string,
  { parameters, rest, parameterAt }: MappingFunction,
  inner: fc.Arbitrary<Expression>,
  inEntry: fc.Arbitrary<Expression>,
): fc.Arbitrary<Expression> {
  const least = parameters.filter(({ optional }) => !optional).length + (rest?.least ?? 0)
  const most = rest === undefined ? parameters.length : Math.max(least, parameters.length) + 3
  return fc.integer({ min: least, max: most }).chain((count) => {
    const given = Array.from({ length: count }, (_, place) =>
      argumentFor(parameterAt?.(place, count) ?? parameters[place] ?? rest!, inner, inEntry),
    )
    return fc.tuple(...given).map((arguments_) => ({ call: name, with: arguments_ }))
  })
}

function argumentFor(parameter: Parameter, inner: fc.Arbitrary<Expression>, inEntry: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> {
  if (parameter.fixed === true) return (fixedFor[parameter.name] ?? literals).map((literal) => ({ literal }))
  if (parameter.entry === true) return inEntry
  if (parameter.shape.kind === 'boolean')
    return fc.oneof(
      inner,
      inner.map((one): Expression => ({ call: 'isEmpty', with: [one] })),
    )
  return inner
}
