// scripts/package, with the site that is tested here and a program that is quicker to pack.
import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, readdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {Simulator, outFolder} from './harness.mjs';
import {serve} from './server.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));

export function emptyFolder(name) {
  const folder = join(outFolder, name);
  rmSync(folder, {recursive: true, force: true});
  mkdirSync(folder);
  return folder;
}

export async function packed(site, name) {
  const out = emptyFolder(name);
  await run(root + 'scripts/package', [out], {env: {...process.env, SITE: site, HEADWISE_BIN: '/usr/bin/env'}});
  return out;
}

export const named = (out, pattern) => join(out, readdirSync(out).find((name) => pattern.test(name)));
export const unpack = (zip, folder) => run('python3', ['-m', 'zipfile', '-e', zip, folder]);
const sums = (out) =>
  readdirSync(out).sort().map((name) => name + ' ' + createHash('sha256').update(readFileSync(join(out, name))).digest('hex'));

export const tests = {
  async 'the site starts where its zip is unpacked, the program too'({browser, site, program}) {
    const out = await packed(site, 'packages');
    const folder = emptyFolder('unpacked');
    await unpack(named(out, /-site-.*\.zip$/), folder);
    assert.deepEqual(readdirSync(folder, {recursive: true}).sort(), readdirSync(site, {recursive: true}).sort());
    const server = await serve(folder);
    const s = await Simulator.open(browser, server.url);
    await s.close();
    await server.close();

    await run('tar', ['-xf', named(out, /\.tar\.gz$/), '-C', folder]);
    const desktop = join(folder, readdirSync(folder).find((name) => name.startsWith('headwise-')));
    await run(join(desktop, 'headwise'));
    for (const name of ['LICENSE', 'README.md', 'licences/dear-imgui.txt', 'licences/fonts.txt']) readFileSync(join(desktop, name));
    const {stdout: linked} = await run('readelf', ['--dynamic', program]);
    assert.match(linked, /\$ORIGIN\/lib/, 'where the program looks for what comes along');
    assert.deepEqual(sums(out), sums(await packed(site, 'packages-again')), 'the same bytes');
    return readdirSync(out).join(', ');
  },

  async 'licences of all that is built in come along'({site}) {
    const text = readFileSync(join(site, 'licences.txt'), 'utf8');
    for (const part of ['Headwise', 'Omar Cornut', 'Martin Mitáš', 'Jean-loup Gailly', 'The Highway Project', 'Niels Lohmann',
                        'The Emscripten Authors', 'The Inter Project', 'The JetBrains Mono Project', 'SIL OPEN FONT LICENSE']) {
      assert.ok(text.includes(part), part);
    }
  },
};
