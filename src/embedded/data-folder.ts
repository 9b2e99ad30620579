/**
 * One folder, one server. The note `server.json` in a data folder names who started a server there and how to reach it.
 * A second start on the folder joins the running server; a start after a crash clears away what the crash left. Two servers
 * on one append-only file would corrupt it, so a folder is taken only when its server is proved to be gone.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, readlink, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { Fault } from '../domain/errors.ts';
import { askServer } from './server-info.ts';

const running = z.strictObject({
	/** With its password: the note is readable by its owner only. */
	url: z.string(),
	kind: z.enum(['native', 'wasm']),
	/** Process of a native server, null for one that lives in a thread of its owner. */
	pid: z.number().int().nullable(),
});
/** A server that answers. */
export type RunningServer = z.output<typeof running>;

const note = z.strictObject({
	token: z.string(),
	/** The process that started the server. */
	owner: z.number().int(),
	/** Ms since the epoch. */
	startedAt: z.number(),
	/** Null while the server is starting. */
	server: running.nullable(),
});
type Note = z.output<typeof note>;

/** The right to run a server in a folder. */
export interface FolderLease {
	/** Whether the folder is still ours: ask after a server has started, before anybody is told its URL. */
	held(): Promise<boolean>;
	/** Tells later starts where the server is. */
	publish(server: RunningServer): Promise<void>;
	release(): Promise<void>;
}

export type Claim =
	| { readonly taken: true; readonly lease: FolderLease }
	| { readonly taken: false; readonly server: RunningServer };

/** A start that takes longer than this has failed. */
const startingMs = 30_000;
const patienceMs = 40_000;
const pauseMs = 50;

/** Takes the folder, or finds the server that runs in it. */
export async function claimFolder(given: string): Promise<Claim> {
	await mkdir(given, { recursive: true, mode: 0o700 });
	const folder = await realpath(given);
	const path = join(folder, 'server.json');
	for (const giveUpAt = Date.now() + patienceMs; Date.now() < giveUpAt; await wait(pauseMs)) {
		const found = await readNote(path);
		if (found === null) {
			const lease = await take(path);
			if (lease !== null) return { taken: true, lease };
			continue;
		}
		const condition = await examine(found, folder);
		if (condition === 'runs' && found.server !== null) return { taken: false, server: found.server };
		if (condition === 'gone') await discard(path, found);
	}
	throw new Fault(
		'config_invalid',
		`the data folder \`${folder}\` is in use by a server that does not answer: stop it, or choose another folder`,
	);
}

/** Whether the noted server runs, is about to start or stop, or is gone for certain. */
async function examine(found: Note, folder: string): Promise<'runs' | 'unsettled' | 'gone'> {
	const ownerLives = lives(found.owner);
	if (found.server === null) return ownerLives && Date.now() - found.startedAt < startingMs ? 'unsettled' : 'gone';
	const { url, pid } = found.server;
	const info = await askServer(url);
	if (info !== null && ownerLives) return 'runs';
	// It outlived its owner. That it knows our password and says this process id proves that the id was not given to a stranger.
	if (info !== null && pid !== null && info.processId === pid) process.kill(pid, 'SIGTERM');
	if (info !== null) return 'unsettled';
	// A server that stops refuses connections a moment before it has closed its files.
	return pid !== null && lives(pid) && (await worksIn(pid, folder)) ? 'unsettled' : 'gone';
}

function lives(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

/** Whether a process is a server on this folder, and not a stranger (or a zombie) with a used-up id. Redis changes into its folder. */
async function worksIn(pid: number, folder: string): Promise<boolean> {
	if (process.platform === 'linux')
		return await readlink(`/proc/${pid}/cwd`).then(
			(cwd) => cwd === folder,
			() => false,
		);
	const { stdout } = await promisify(execFile)('ps', ['-o', 'comm=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
	return /redis|valkey/.test(stdout);
}

async function readNote(path: string): Promise<Note | null> {
	const text = await readFile(path, 'utf8').catch(() => null);
	if (text === null) return null;
	try {
		return note.parse(JSON.parse(text));
	} catch {
		// Notes appear whole, so this is no half-written one: somebody's editor, or a disk that was full. It protects nobody.
		return { token: text, owner: 0, startedAt: 0, server: null };
	}
}

/** Puts our note there unless another one is there already. */
async function take(path: string): Promise<FolderLease | null> {
	const mine: Note = { token: randomUUID(), owner: process.pid, startedAt: Date.now(), server: null };
	const draft = `${path}.${mine.token}`;
	await writeFile(draft, JSON.stringify(mine), { mode: 0o600 });
	try {
		await link(draft, path); // Fails when the note exists, and shows it only whole.
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
		throw error;
	} finally {
		await rm(draft, { force: true });
	}
	const held = async (): Promise<boolean> => (await readNote(path))?.token === mine.token;
	return {
		held,
		async publish(server) {
			await writeFile(draft, JSON.stringify({ ...mine, server }), { mode: 0o600 });
			await rename(draft, path);
		},
		async release() {
			if (await held()) await rm(path, { force: true });
		},
	};
}

/**
 * Takes a dead note away. Between judging a note and moving it, another start may have put a fresh one there: what was moved
 * is looked at again and put back if it is not the dead one. (The other start asks `held` before it tells anybody its URL.)
 */
async function discard(path: string, dead: Note): Promise<void> {
	const aside = `${path}.${randomUUID()}`;
	try {
		await rename(path, aside);
	} catch {
		return; // Somebody else was faster.
	}
	const moved = await readNote(aside);
	if (moved !== null && moved.token !== dead.token) await link(aside, path).catch(() => {});
	await rm(aside, { force: true });
}
