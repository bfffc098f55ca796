import { spawn } from 'node:child_process'

export interface Guardian {
  watch(pid: number): void
  forget(pid: number): void
  /** Everything was stopped in the orderly way: the guardian leaves without touching anything. */
  dismiss(): void
}

// Signals are ignored because Ctrl-C reaches the whole process group: the guardian must outlive its parent by design.
// postmaster.pid covers a parent that dies while the server is still starting.
const SCRIPT = `
trap '' HUP INT TERM
pids=''
while read -r word; do
  case "$word" in
    done) exit 0 ;;
    +*) pids="$pids \${word#+}" ;;
    -*) rest=''; for pid in $pids; do [ "$pid" = "\${word#-}" ] || rest="$rest $pid"; done; pids="$rest" ;;
  esac
done
[ -f "$1/data/postmaster.pid" ] && pids="$pids $(head -n 1 "$1/data/postmaster.pid")"
for pid in $pids; do kill -INT "$pid" 2>/dev/null; done
for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  alive=''
  for pid in $pids; do kill -0 "$pid" 2>/dev/null && alive=yes; done
  [ -z "$alive" ] && break
  sleep 0.1
done
for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
rm -rf "$1"
`

/**
 * A tiny shell that waits for this process to end, however it ends (SIGKILL included), then stops the watched processes
 * and removes `directory`. Where there is no `sh` (Windows), only the orderly end of this process is covered.
 */
export function startGuardian(directory: string): Guardian {
  const watched = new Set<number>()
  const killNow = () => {
    for (const pid of watched) tryKill(pid)
  }
  process.once('exit', killNow)
  const shell =
    process.platform === 'win32'
      ? undefined
      : spawn('/bin/sh', ['-c', SCRIPT, 'guardian', directory], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  shell?.unref()
  shell?.stdin.on('error', () => undefined)
  const input = shell?.stdin as (NodeJS.WritableStream & { unref?: () => void }) | undefined
  input?.unref?.()
  return {
    watch(pid) {
      watched.add(pid)
      input?.write(`+${pid}\n`)
    },
    forget(pid) {
      watched.delete(pid)
      input?.write(`-${pid}\n`)
    },
    dismiss() {
      process.removeListener('exit', killNow)
      input?.end('done\n')
    },
  }
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGINT')
  } catch {
    // It has ended already, which is what we want.
  }
}
