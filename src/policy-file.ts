/** The policy that judges now, read from its file. A file that stops validating changes nothing: the last good policy stays, loudly. */
import { type FSWatcher, watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Logger } from 'pino';
import { Fault } from './domain/errors.ts';
import { parsePolicy } from './policy/load.ts';
import type { Policy } from './policy/policy.ts';
import { withItsMap } from './policy-map.ts';

/** Largest policy that is read, in bytes. */
const mostBytes = 1024 * 1024;

export interface PolicyFile {
	current(): Policy;
	/** The text that `current` was made from. */
	text(): string;
	/** Why the file as it lies there now is not in force, or null. */
	problem(): string | null;
	/** Reads the file again; true where a new policy is in force. */
	reload(): Promise<boolean>;
	/** Follows changes of the file. */
	follow(): void;
	close(): void;
}

interface Loaded {
	readonly policy: Policy;
	readonly text: string;
}

/** Opens a policy file, or throws `policy_invalid` with every problem and its line. */
export async function openPolicyFile(path: string, log: Logger): Promise<PolicyFile> {
	let loaded = await load(path);
	let problem: string | null = null;
	let watcher: FSWatcher | null = null;
	let waiting: NodeJS.Timeout | null = null;
	const reload = async (): Promise<boolean> => {
		try {
			const next = await load(path);
			problem = null;
			if (next.policy.digest === loaded.policy.digest) return false;
			log.info({ from: loaded.policy.digest, to: next.policy.digest }, 'a new policy is in force');
			loaded = next;
			return true;
		} catch (error) {
			problem = error instanceof Error ? error.message : String(error);
			log.error({ policy: path, problem }, 'the policy file does not validate; the one before stays in force');
			return false;
		}
	};
	return {
		current: () => loaded.policy,
		text: () => loaded.text,
		problem: () => problem,
		reload,
		follow() {
			// The folder is watched, not the file: editors replace files, and the watch would stay with the old one.
			watcher ??= watch(dirname(path), (_kind, name) => {
				if (name !== basename(path)) return;
				waiting ??= setTimeout(() => {
					waiting = null;
					void reload();
				}, 100);
			});
		},
		close() {
			watcher?.close();
			if (waiting !== null) clearTimeout(waiting);
		},
	};
}

async function load(path: string): Promise<Loaded> {
	const found = await stat(path).catch(() => null);
	if (found === null || !found.isFile()) throw new Fault('policy_invalid', `the policy \`${path}\` is not a readable file`);
	if (found.size > mostBytes) throw new Fault('policy_invalid', `the policy \`${path}\` is larger than ${mostBytes} bytes`);
	const text = await readFile(path, 'utf8');
	const read = parsePolicy(text, path);
	if (read.ok) return { policy: await withItsMap(read.policy, path), text };
	const lines = read.problems.map((problem) => `  ${path}:${problem.line}:${problem.column} ${problem.path}: ${problem.message}`);
	throw new Fault('policy_invalid', `the policy does not validate\n${lines.join('\n')}`);
}
