/** Headless Chromium as a person's browser. Where none is installed, browser tests say so loudly and are skipped. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where the browser is, or null. */
export const chromiumPath: string | null =
	places.find((place): place is string => place !== undefined && existsSync(place)) ?? null;

if (chromiumPath === null) console.warn('\n!!! no Chromium found (set CHROMIUM_PATH): BROWSER TESTS ARE SKIPPED\n');

export function openBrowser(): Promise<Browser> {
	if (chromiumPath === null) throw new Error('no Chromium');
	return chromium.launch({
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
}
