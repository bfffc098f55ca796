// Imported first by every command: says which Node runs it, and refuses one that Syncline is not built for.
const [major, minor, patch] = process.versions.node.split('.').map(Number)
const supported = major === 22 ? minor > 22 || (minor === 22 && patch >= 3) : major === 24 ? minor >= 15 : major >= 26

process.stderr.write(`Node ${process.versions.node}\n`)
if (!supported) {
  process.stderr.write(
    'Syncline needs Node 22.22.3 or later, 24.15 or later, or 26. The project brings its own: run this through "npm run ..." after "npm ci".\n',
  )
  process.exit(1)
}
