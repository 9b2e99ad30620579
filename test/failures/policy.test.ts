/** The policy changes, breaks or disappears while the system runs (F33 to F35). */
import { chmod, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { alertsOf } from '../../src/boot.ts';
import { openPolicyFile, type PolicyFile } from '../../src/policy-file.ts';
import { openShop, refund, shopPolicy } from '../flows/shop.ts';
import { temporaryFolder } from '../support/folder.ts';
import { testRedis } from '../support/redis.ts';

const redis = testRedis();
const quiet = pino({ level: 'silent' });

describe('policy became stricter while a review was open', () => {
	const changes: Readonly<Record<string, { to: string; state: string; events: string[] }>> = {
		'hands it to a person': {
			to: shopPolicy.replace('above: "5000.00"', 'above: "550.00"'),
			state: 'escalated',
			events: ['policy_tightened', 'routed_escalation'],
		},
		'refuses the operation': {
			to: shopPolicy.replace(
				'    risk_class: financial\n    executor',
				'    risk_class: financial\n    at_least: block\n    executor',
			),
			state: 'rejected',
			events: ['policy_tightened', 'blocked'],
		},
		'wants two people': {
			to: shopPolicy.replace('above: "2000.00", quorum: 2', 'above: "550.00", quorum: 2'),
			state: 'in_review',
			events: ['policy_tightened', 'routed_approval'],
		},
		'asks other people': {
			to: shopPolicy.replace('deadline: 30m, ask: [support]', 'deadline: 30m, ask: [leads]'),
			state: 'in_review',
			events: ['policy_tightened', 'routed_approval'],
		},
	};

	test.each(Object.keys(changes))(
		'it %s now: an approval does not count, the action is judged anew, nothing runs',
		async (what) => {
			const { to, state, events } = changes[what] as (typeof changes)[string];
			expect(to).not.toBe(shopPolicy);
			const shop = await openShop(redis, { channels: false });
			const id = await shop.propose(refund('600.00'));
			const shown = await shop.until(id, 'in_review');
			await shop.newPolicy(to);
			expect(await shop.answer(id, 'ana', 'approve')).toMatchObject({
				ok: false,
				problem: { code: 'changed_since_shown', message: expect.stringContaining('stricter') },
			});
			expect((await shop.get(id)).state).toBe(state);
			expect((await shop.events(id)).slice(-2)).toEqual(events);
			expect(shop.runs).toEqual([]);
			// A link or card of before is void; rejecting is always possible for who is asked now.
			const again = await shop.answer(id, 'ana', { answer: 'approve', shown });
			expect(again).toMatchObject({ ok: false });
		},
	);

	test('two people it is: both approve what policy of now asks for, and it runs once', async () => {
		const shop = await openShop(redis, { channels: false });
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		await shop.newPolicy(changes['wants two people']?.to ?? '');
		expect(await shop.answer(id, 'ana', 'approve')).toMatchObject({ ok: false });
		expect(await shop.answer(id, 'ana', 'approve')).toMatchObject({ ok: true, event: 'reply_recorded' });
		expect(await shop.answer(id, 'ben', 'approve')).toMatchObject({ ok: true, event: 'approved_by_reviewers' });
		await shop.until(id, 'executed');
		expect(shop.runs).toHaveLength(1);
	});

	test('a rejection counts under any policy', async () => {
		const shop = await openShop(redis, { channels: false });
		const id = await shop.propose(refund('600.00'));
		await shop.until(id, 'in_review');
		await shop.newPolicy(changes['hands it to a person']?.to ?? '');
		expect(await shop.answer(id, 'ana', 'reject')).toMatchObject({ ok: true, event: 'rejected_by_reviewer' });
	});

	test('a case that policy would refuse by now cannot be released', async () => {
		const shop = await openShop(redis, { channels: false });
		const id = await shop.propose(refund('6000.00'));
		await shop.until(id, 'escalated');
		await shop.answer(id, 'dee', 'own');
		await shop.newPolicy(changes['refuses the operation']?.to ?? '');
		expect(await shop.answer(id, 'dee', 'release')).toMatchObject({ ok: false, problem: { code: 'wrong_state' } });
		expect(await shop.answer(id, 'dee', 'dismiss')).toMatchObject({ ok: true });
	});
});

test('policy became looser: what is open is still asked about, and runs only once somebody approves', async () => {
	const shop = await openShop(redis, { channels: false });
	const id = await shop.propose(refund('600.00'));
	await shop.until(id, 'in_review');
	await shop.newPolicy(shopPolicy.replace('above: "500.00"', 'above: "4000.00"'));
	expect((await shop.get(id)).state).toBe('in_review');
	expect(shop.runs).toEqual([]);
	expect(await shop.answer(id, 'ana', 'approve')).toMatchObject({ ok: true });
	await shop.until(id, 'executed');
});

describe('the policy file', () => {
	async function opened(): Promise<{ path: string; file: PolicyFile }> {
		const path = join(await temporaryFolder(), 'policy.yaml');
		await writeFile(path, shopPolicy);
		const file = await openPolicyFile(path, quiet);
		onTestFinished(() => file.close());
		return { path, file };
	}

	const breaks: Readonly<Record<string, (path: string) => Promise<void>>> = {
		'does not validate any more': (path) => writeFile(path, shopPolicy.replace('risk_class: financial', 'risk_klass: financial')),
		'is deleted': (path) => rm(path),
		'is emptied': (path) => truncate(path),
		'is a folder': async (path) => rename(await temporaryFolder(), `${path}.x`).then(() => rm(path)),
		...(process.getuid?.() === 0 ? {} : { 'cannot be read': (path: string) => chmod(path, 0o000) }),
	};

	test.each(Object.keys(breaks))(
		'%s: the one before stays in force, every probe says so, and mending it is enough',
		async (what) => {
			const { path, file } = await opened();
			const { digest } = file.current();
			await breaks[what]?.(path);
			expect(await file.reload()).toBe(false);
			expect(file.current().digest).toBe(digest);
			const shop = await openShop(redis, { channels: false });
			Object.assign(shop.app.parts.policy, { problem: file.problem });
			expect(alertsOf(shop.app)).toMatchObject([
				{ code: 'policy_invalid', message: expect.stringContaining('the one before is') },
			]);
			// It judges on.
			await shop.until(await shop.propose(refund('600.00')), 'in_review');
			await rm(path, { force: true, recursive: true });
			await writeFile(path, shopPolicy.replace('"500.00"', '"400.00"'));
			expect(await file.reload()).toBe(true);
			expect(file.problem()).toBeNull();
		},
	);

	test.each(['', '# nothing', '{}', '[]', 'a: [', '\0\0\0', 'version: 1\ntreshold: 2\n'])(
		'`%s` at the start is refused with its code: never "allow everything"',
		async (text) => {
			const path = join(await temporaryFolder(), 'policy.yaml');
			await writeFile(path, text);
			await expect(openPolicyFile(path, quiet)).rejects.toMatchObject({ code: 'policy_invalid' });
		},
	);

	test('none at all at the start is refused', async () => {
		await expect(openPolicyFile('/nowhere/policy.yaml', quiet)).rejects.toMatchObject({ code: 'policy_invalid' });
	});
});
