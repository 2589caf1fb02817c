// Runs the command line of snarkjs for many commands in one process: its curves and threads are made once.
//
//   node snarkjs_server.cjs NODE_MODULES/snarkjs/build/cli.cjs
//
// Each line of the input is a request, each line of the output its answer, both JSON:
//   {"arguments": [...], "folder": DIR}    -> {"code": exit code, "out": standard output, "err": standard error}

const fs = require('node:fs')
const readline = require('node:readline')

const script = fs.realpathSync(process.argv[2])

class Exit extends Error {}

let texts = { out: '', err: '' }
let ended = () => {}

const collect = (name) => (data, encoding, done) => {
  texts[name] += typeof data === 'string' ? data : Buffer.from(data).toString()
  const callback = typeof encoding === 'function' ? encoding : done
  if (callback) process.nextTick(callback)
  return true
}
const answer = process.stdout.write.bind(process.stdout)
process.stdout.write = collect('out')
process.stderr.write = collect('err')

const leave = process.exit.bind(process)
process.exit = (code) => {
  ended(code ?? process.exitCode ?? 0)
  throw new Exit()
}
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error) => {
    if (error instanceof Exit) return
    texts.err += `${error?.stack ?? error}\n`
    ended(1)
  })
}

// The script is loaded again for each command, its libraries are not.
function run(words, folder) {
  return new Promise((resolve) => {
    texts = { out: '', err: '' }
    const own = texts
    ended = (code) => resolve({ code, out: own.out, err: own.err })
    process.exitCode = undefined
    process.chdir(folder)
    process.argv = [process.argv[0], script, ...words]
    delete require.cache[script]
    try {
      require(script)
    } catch (error) {
      if (!(error instanceof Exit)) {
        own.err += `${error?.stack ?? error}\n`
        ended(1)
      }
    }
  })
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const request = JSON.parse(line)
    answer(JSON.stringify(await run(request.arguments, request.folder)) + '\n')
  }
}
main().then(() => leave(0)) // the threads of the curves would go on
