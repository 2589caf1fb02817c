// Runs circom2 and its witness calculators for many programs in one process.
//
//   node circom_server.mjs NODE_MODULES
//
// Each line of the input is a request, each line of the output its answer, both JSON:
//   {"compile": [arguments], "folder": DIR}    -> {"code": exit code, "text": what circom2 prints}
//   {"witness": FILE.wasm, "inputs": {...}}    -> {"values": [decimal], "log": [lines]} or {"error": text}

import fs from 'node:fs'
import path from 'node:path'
import readline from 'node:readline'
import { createRequire } from 'node:module'

const modules = path.resolve(process.argv[2])
const require = createRequire(path.join(modules, 'circom2', 'package.json'))
const { CircomRunner, bindings } = require('./index')
const compiler = fs.readFileSync(require.resolve('./circom.wasm'))

class Exit extends Error {
  constructor(code) {
    super(`exit ${code}`)
    this.code = code
  }
}

// The compiler's module is compiled once.
const modulesOfBytes = new Map()
const compileModule = WebAssembly.compile
WebAssembly.compile = async (bytes) => {
  if (bytes !== compiler) return compileModule(bytes)
  if (!modulesOfBytes.has(bytes)) modulesOfBytes.set(bytes, await compileModule(bytes))
  return modulesOfBytes.get(bytes)
}

async function compile(args, folder) {
  process.chdir(folder)
  let text = ''
  const writeSync = (fd, data, ...rest) => {
    if (fd !== 1 && fd !== 2) return fs.writeSync(fd, data, ...rest)
    text += Buffer.from(data).toString()
    return data.length
  }
  const circom = new CircomRunner({
    args,
    env: process.env,
    preopens: { '.': '.' },
    bindings: {
      ...bindings,
      exit(code) {
        throw new Exit(code)
      },
      kill() {
        throw new Exit(1)
      },
      fs: { ...fs, writeSync },
    },
  })
  try {
    await circom.execute(compiler)
    return { code: 0, text }
  } catch (error) {
    return { code: error instanceof Exit ? error.code : 2, text: text || String(error) }
  }
}

async function witness(file, inputs) {
  const folder = path.dirname(path.resolve(file))
  const calculator = createRequire(path.join(folder, 'x.js'))('./witness_calculator.js')
  const log = []
  const print = console.log
  console.log = (...items) => log.push(items.join(' '))
  try {
    const made = await calculator(fs.readFileSync(file))
    const values = await made.calculateWitness(inputs, 0)
    return { values: values.map(String), log }
  } catch (error) {
    return { error: String(error).slice(0, 2000), log }
  } finally {
    console.log = print
  }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const request = JSON.parse(line)
  const answer = request.compile
    ? await compile(request.compile, request.folder)
    : await witness(request.witness, request.inputs)
  process.stdout.write(JSON.stringify(answer) + '\n')
}
