/** Headless Chromium as a person's browser. Where none is installed, browser tests say so loudly and are skipped. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserServer, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';

const places = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where the browser is, or null. */
export const chromiumPath: string | null =
	places.find((place): place is string => place !== undefined && existsSync(place)) ?? null;

if (chromiumPath === null) console.warn('\n!!! no Chromium found (set CHROMIUM_PATH): BROWSER TESTS ARE SKIPPED\n');

/**
 * A browser for the tests of the `describe` that calls this. After a test that failed it is killed and another one opened:
 * a Chromium that no longer answers would otherwise fail every later test of the file, and every further try.
 */
export function testBrowser(): { readonly current: Browser } {
	let process: BrowserServer | undefined;
	let browser: Browser | undefined;
	const open = async () => {
		if (chromiumPath === null) throw new Error('no Chromium');
		process = await chromium.launchServer({
			executablePath: chromiumPath,
			args: [
				'--no-sandbox',
				'--disable-gpu',
				'--disable-quic',
				'--no-first-run',
				'--disable-background-networking',
				'--disable-component-update',
				'--disable-sync',
			],
		});
		browser = await chromium.connect(process.wsEndpoint());
	};
	beforeAll(open);
	afterEach(async ({ task }) => {
		if (task.result?.state !== 'fail') return;
		await process?.kill();
		await open();
	});
	afterAll(() => process?.kill());
	return {
		get current() {
			if (browser === undefined) throw new Error('the browser is open only while tests run');
			return browser;
		},
	};
}
