// Holds recorded exchanges against the lexicons of the AT Protocol with its own validator.
// Usage: node lexicon.mjs <folder that holds node_modules> <folder of lexicons>   with a JSON list on standard input:
// { nsid, query, input, inputType, status, output }. Prints a JSON list of sentences, empty where everything is valid.
import { createRequire } from 'node:module'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const require = createRequire(join(process.argv[2], 'node_modules', '@atproto', 'api', 'package.json'))
const { Lexicons, jsonToLex } = require('@atproto/lexicon')

const lexicons = new Lexicons()
for (const file of readdirSync(process.argv[3], { recursive: true }).filter((name) => name.endsWith('.json'))) {
  try {
    lexicons.add(JSON.parse(readFileSync(join(process.argv[3], file), 'utf8')))
  } catch (error) {
    // Kinds newer than the installed validator, none of them ours; a lexicon we need and miss is reported below.
    if (!/permission/.test(String(error))) console.error(file, String(error))
  }
}

const problems = []
function check(what, action) {
  try {
    action()
  } catch (error) {
    problems.push(`${what}: ${error.message}`)
  }
}

// Query values are text; the lexicon knows which of them are numbers. The video upload's parameters are documented beside
// its lexicon, which names none.
function params(definition, query) {
  const types = definition.parameters?.properties
  if (!types) return query
  return Object.fromEntries(Object.entries(query).map(([name, value]) => {
    if (!(name in types)) throw new Error(`${name} is no parameter`)
    return [name, types[name].type === 'integer' ? Number(value) : value]
  }))
}

for (const { nsid, query, input, inputType, status, output } of JSON.parse(readFileSync(0, 'utf8'))) {
  const definition = lexicons.getDef(nsid)
  if (!definition) {
    problems.push(`${nsid}: no such call`)
    continue
  }

  check(`${nsid} parameters`, () => lexicons.assertValidXrpcParams(nsid, params(definition, query)))
  if (inputType === 'application/json') {
    check(`${nsid} input`, () => lexicons.assertValidXrpcInput(nsid, jsonToLex(input)))
    if (input.record) check(`${nsid} record`, () => lexicons.assertValidRecord(input.collection, jsonToLex(input.record)))
  } else if (inputType && definition.input?.encoding !== '*/*' && definition.input?.encoding !== inputType) {
    problems.push(`${nsid} input: ${inputType} instead of ${definition.input?.encoding}`)
  }

  if (status === 200 && definition.output?.schema) {
    check(`${nsid} output`, () => lexicons.assertValidXrpcOutput(nsid, jsonToLex(output)))
  } else if (status >= 400) {
    check(`${nsid} error`, () => {
      if (typeof output?.error !== 'string') throw new Error('no name')
    })
  }
}

console.log(JSON.stringify(problems))
