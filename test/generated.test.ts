/** What is generated from code is current, and what its pages promise is true. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exampleProposal } from '../scripts/generated/wire-page.ts';
import { errorCodes } from '../src/domain/errors.ts';
import { actionId } from '../src/domain/ids.ts';
import { events, states } from '../src/domain/lifecycle.ts';
import { parseProposal } from '../src/domain/parse.ts';
import { root } from './support/source.ts';

const page = (name: string): string => readFileSync(join(root, 'docs', name), 'utf8');

test('every generated file is current', () => {
	const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/generate.ts', '--check'], {
		cwd: root,
		encoding: 'utf8',
	});
	expect({ status, stdout, stderr }).toMatchObject({
		status: 0,
		stdout: expect.stringMatching(/^\d+ generated files are current$/m),
	});
});

test('the pages name every state, event and error code', () => {
	for (const name of [...states, ...events]) expect(page('lifecycle.md')).toContain(`\`${name}\``);
	for (const code of Object.keys(errorCodes)) expect(page('errors.md')).toContain(`\`${code}\``);
});

describe('the wire format', () => {
	test('its example is a proposal that the edge takes', () => {
		expect(parseProposal(exampleProposal)).toMatchObject({
			ok: true,
			proposal: { tenant: 'default', amount: { minor: 240_000 } },
		});
		expect(page('wire-format.md')).toContain(JSON.stringify(exampleProposal, null, 2));
	});

	test('its recipe for the id is the one in use', () => {
		// The vector of the page's Python, worked out with it.
		expect(actionId('default', 'ag"ent', 'é汉-😀')).toBe('act_p52pzqwy386h5j1f1dw2mhb2q');
	});
});
