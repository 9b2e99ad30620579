import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type ProposalInput, proposal, proposalLimits, proposalVersion } from '../../src/domain/action.ts';
import { catalog } from '../../src/queues/catalog.ts';

const [queue] = Object.keys(catalog);
const [job] = Object.keys(catalog.actions);

/** A proposal as a sender writes it: the one of the field report. test/wire-format.test.ts sends it through the real edge. */
export const exampleProposal: ProposalInput = {
	version: proposalVersion,
	agent: 'support-agent',
	idempotencyKey: 'ticket-7731-refund-1',
	operation: 'refund',
	arguments: { order_id: '1881', reason: 'damaged' },
	amount: { value: '2400.00', currency: 'USD' },
	referenceAmount: { value: '240.00', currency: 'USD' },
	confidence: 0.97,
	reasoning: 'The customer sent a photo of the broken item and asks for the full amount back.',
	user: 'customer-502',
	conversationId: 'ticket-7731',
	context: { order: { total: '240.00', placed: '2026-11-02' } },
};

/** docs/wire-format.md: what any BullMQ client has to put on the queue to propose an action. */
export function wirePage(): string {
	const schema = z.toJSONSchema(proposal, { io: 'input' });
	return `# The wire format of a proposal, version ${proposalVersion}

<!-- Generated from src/domain/action.ts by \`npm run generate\`; edit that schema, not this page. -->

An agent proposes an action over HTTP (\`POST /v1/actions\` takes the same object; \`tenant\` and \`agent\` are those of the API key,
and the key may come as the header \`Idempotency-Key\`), through the TypeScript client, or with any BullMQ client in any language:
one job on a queue.

| | |
| --- | --- |
| queue | \`${queue}\` |
| job name | \`${job}\` |
| prefix | \`{countersign}\` (the braces belong to it; \`COUNTERSIGN_PREFIX\` changes it) |
| job data | a proposal: the JSON object below, at most ${proposalLimits.bytes / 1024} KiB, at most ${proposalLimits.depth} levels deep |
| job id | leave it out; BullMQ makes one |
| options | \`attempts: 8\` with exponential backoff, \`removeOnComplete: true\`, \`removeOnFail: true\` |

The same \`tenant\`, \`agent\` and \`idempotencyKey\` always mean the same action: a repeated proposal is recognised whatever its job
id, and another body under the same key is refused (\`idempotency_mismatch\`). What cannot be read goes to quarantine with its raw
bytes and a reason from the [error codes](errors.md); nothing is dropped.

The producer's Redis user needs nothing but the keys of this one queue. It must never be able to write Countersign's own keys: who
can write them can approve.

## Example

\`\`\`json
${JSON.stringify(exampleProposal, null, 2)}
\`\`\`

In Python, with the \`bullmq\` package:

\`\`\`python
import asyncio
from bullmq import Queue

proposal = {
    "version": ${proposalVersion},
    "agent": "support-agent",
    "idempotencyKey": "ticket-7731-refund-1",
    "operation": "refund",
    "arguments": {"order_id": "1881", "reason": "damaged"},
    "amount": {"value": "2400.00", "currency": "USD"},  # a decimal string: never a float
    "confidence": 0.97,
}

async def main():
    queue = Queue("${queue}", {"connection": "redis://localhost:6379", "prefix": "{countersign}"})
    options = {
        "attempts": 8,
        "backoff": {"type": "exponential", "delay": 500},
        "removeOnComplete": True,
        "removeOnFail": True,
    }
    await queue.add("${job}", proposal, options)
    await queue.close()

asyncio.run(main())
\`\`\`

In JavaScript, with the \`bullmq\` package:

\`\`\`js
import { Queue } from 'bullmq';

const queue = new Queue('${queue}', { connection: { url: 'redis://localhost:6379' }, prefix: '{countersign}' });
await queue.add('${job}', proposal, {
  attempts: 8,
  backoff: { type: 'exponential', delay: 500 },
  removeOnComplete: true,
  removeOnFail: true,
});
await queue.close();
\`\`\`

## The action's id

The id is a function of the proposal, so a producer can ask for the outcome (\`GET /v1/actions/:id\`) without having been told it:
\`act_\` and the first 125 bits of the SHA-256 over the JSON array \`[tenant, agent, idempotencyKey]\`, in Crockford's base 32
(lower case). \`tenant\` is \`default\` where the proposal names none.

\`\`\`python
import hashlib, json

def action_id(tenant, agent, idempotency_key):
    text = json.dumps([tenant, agent, idempotency_key], separators=(",", ":"), ensure_ascii=False)
    number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big") >> (256 - 125)
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    return "act_" + "".join(alphabet[(number >> (120 - 5 * i)) & 31] for i in range(25))
\`\`\`

## Money

\`{"value": "2400.00", "currency": "USD"}\`: a decimal string and an ISO 4217 code. A JSON number is accepted where it is exact.
More decimals than the currency has are refused (\`currency_decimals\`), never rounded.

## Versions

\`version\` is ${proposalVersion}. A reader accepts only the versions it knows; every other record is quarantined with \`version_unsupported\`
and can be driven in again after an upgrade. Unknown fields are refused with \`unknown_field\`, because a misspelt \`referenceAmount\`
would otherwise switch a check off without a word.

## Fields

| field | required | meaning |
| --- | --- | --- |
${fields().join('\n')}

## JSON Schema

\`\`\`json
${JSON.stringify(schema, null, 2)}
\`\`\`
`;
}

/** The fields with what their comments in the schema say: written once, where the schema is. */
function fields(): string[] {
	const source = readFileSync(new URL('../../src/domain/action.ts', import.meta.url), 'utf8');
	return Object.entries(proposal.shape).map(([name, schema]) => {
		const comment = new RegExp(`/\\*\\* ([^\\n]*) \\*/\\n\\t${name}:`).exec(source)?.[1] ?? '';
		const required = schema.safeParse(undefined).success ? '' : 'yes';
		return `| \`${name}\` | ${required} | ${comment.replaceAll('|', '\\|')} |`;
	});
}
