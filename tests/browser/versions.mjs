// A second version of a site, made as the first one was.
import {execFileSync} from 'node:child_process';
import {cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {outFolder} from './harness.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));

export const versionOf = (site) => readdirSync(site).find((name) => /^[\d.]+-[0-9a-f]{10}$/.test(name));

// {folder, lesson, mark}: its lesson says what matches `mark`.
export function newerSite(site) {
  const lesson = '05-scores-and-scaling';
  const [sources, folder] = ['newer-sources', 'newer-site'].map((name) => join(outFolder, name));
  rmSync(sources, {recursive: true, force: true});
  mkdirSync(sources);
  for (const name of ['web', 'lessons', 'licences', 'LICENSE']) cpSync(root + name, join(sources, name), {recursive: true});
  const file = join(sources, 'lessons', lesson + '.md');
  writeFileSync(file, readFileSync(file, 'utf8').replace('\n```\n', '\n```\n\nThis is the newer version.\n'));
  const program = ['js', 'wasm'].map((type) => join(site, versionOf(site), 'headwise.' + type));
  execFileSync('cmake', [`-DSITE=${folder}`, '-DRELEASE=9.9.9', `-DROOT=${sources}`, `-DPROGRAM=${program.join(';')}`,
                         '-DRSVG=rsvg-convert', '-P', root + 'cmake/site.cmake']);
  return {folder, lesson, mark: /This is the newer version/};
}
