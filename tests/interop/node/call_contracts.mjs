// A second EVM: deploy contracts and call them.  Standard input: [{"code": hex, "data": [hex, ...]}, ...]; standard output:
// for each call {"output": hex, "gas": number, "failed": boolean}, where gas is without the transaction's own.
import { readFileSync, writeFileSync } from 'node:fs';
import { createEVM } from '@ethereumjs/evm';
import { Common, Hardfork, Mainnet } from '@ethereumjs/common';
import { Address, hexToBytes, bytesToHex } from '@ethereumjs/util';

const caller = new Address(hexToBytes('0x' + '11'.repeat(20)));
const common = new Common({ chain: Mainnet, hardfork: Hardfork.Prague });
const answers = [];
for (const { code, data } of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  const evm = await createEVM({ common });
  const made = await evm.runCall({ caller, data: hexToBytes(code), gasLimit: 30000000n });
  const to = made.createdAddress;
  for (const each of data) {
    const { execResult } = await evm.runCall({ caller, to, data: hexToBytes(each), gasLimit: 30000000n });
    answers.push({
      output: bytesToHex(execResult.returnValue),
      gas: Number(execResult.executionGasUsed),
      failed: execResult.exceptionError !== undefined,
    });
  }
}
writeFileSync(process.argv[3], JSON.stringify(answers));
