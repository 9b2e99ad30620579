import { errorCodes } from '../../src/domain/errors.ts';

/** docs/errors.md: the catalogue of src/domain/errors.ts. */
export function errorsPage(): string {
	const entries = Object.entries(errorCodes).sort(([, a], [, b]) => a.status - b.status);
	return `# Error codes

<!-- Generated from src/domain/errors.ts by \`npm run generate\`; edit that catalogue, not this page. -->

A refusal is an RFC 9457 problem (\`application/problem+json\`) with one of these codes in \`code\`. Codes are stable: a client
may branch on them, and a retired one is never used again. The same codes name the reason of a quarantined queue record and of a
failed command. The message beside a code says what to fix; its wording may change.

| code | status | meaning |
| --- | --- | --- |
${entries.map(([code, { status, title }]) => `| \`${code}\` | ${status} | ${title} |`).join('\n')}
`;
}
