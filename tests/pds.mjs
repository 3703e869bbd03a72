// Starts a real Bluesky server (PDS and PLC directory) on free ports for the tests, prints its address as one line of
// JSON and ends on SIGTERM or when its standard input closes, so that a killed test run leaves no server behind.
// Usage: node pds.mjs <folder that holds node_modules>
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'

const require = createRequire(join(process.argv[2], 'package.json'))
const { TestNetworkNoAppView } = require('@atproto/dev-env')

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

const network = await TestNetworkNoAppView.create({
  plc: { port: await freePort() },
  pds: { port: await freePort(), hostname: 'localhost', inviteRequired: false },
})

console.log(JSON.stringify({ pds: network.pds.url, plc: network.plc.url }))

let closing = false
async function close() {
  if (!closing) {
    closing = true
    await network.close()
    process.exit(0)
  }
}

process.on('SIGTERM', close)
process.stdin.on('end', close)
process.stdin.resume()
