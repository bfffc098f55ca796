import { startSupabase } from '../stack.ts'

// A parent that never closes its stack: the test kills it.
const stack = await startSupabase()
const [row] = await stack.sql<{ sockets: string; pid: number }>(
  `select current_setting('unix_socket_directories') as sockets, (select pid from pg_stat_activity where backend_type = 'checkpointer') as pid`,
)
process.stdout.write(`${JSON.stringify({ pid: row!.pid, directory: row!.sockets })}\n`)
setInterval(() => undefined, 60_000)
