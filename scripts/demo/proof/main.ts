import { readBooks } from './books-ledger.ts'
import { readDatabase } from './database.ts'
import { prove } from './prove.ts'
import { readQuestion } from './question.ts'
import { readShop } from './shop-ledger.ts'

/**
 * `main.ts '<question as JSON>'`: reads the simulators' ledgers and the database, nothing else, and prints the answer as one JSON line.
 * It shares no code with the engine or its connectors, so that a mistake of theirs cannot hide in it.
 */
async function main(): Promise<void> {
  const question = readQuestion(process.argv[2])
  const { woocommerce, quickbooks, supabase } = question
  const [shop, books, database] = await Promise.all([
    readShop(woocommerce.url),
    readBooks(quickbooks.url),
    supabase === undefined ? undefined : readDatabase(supabase.databaseUrl, supabase.tenantId),
  ])
  process.stdout.write(`${JSON.stringify(prove(question, shop, books, database))}\n`)
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
