// What course systems read of the packages before anything is launched, and that each item is its lesson.
import assert from 'node:assert/strict';
import {readFileSync, readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {Simulator, small} from './harness.mjs';
import {emptyFolder, packed, unpack} from './package.test.mjs';
import {serve} from './server.mjs';

const cp = 'http://www.imsproject.org/xsd/imscp_rootv1p1p2';
const adlcp = 'http://www.adlnet.org/xsd/adlcp_rootv1p2';

// {schema, items: [{title, href, type}], files}, or what is wrong.
function read(page, xml) {
  return page.evaluate(([text, cp, adlcp]) => {
    const manifest = new DOMParser().parseFromString(text, 'application/xml');
    const all = (name, within = manifest) => [...within.getElementsByTagNameNS(cp, name)];
    if (manifest.querySelector('parsererror')) return manifest.querySelector('parsererror').textContent;
    const resources = new Map(all('resource').map((each) => [each.getAttribute('identifier'), each]));
    const ids = [...manifest.querySelectorAll('[identifier]')].map((each) => each.getAttribute('identifier'));
    if (new Set(ids).size !== ids.length || ids.some((id) => !/^[a-z][\w-]*$/.test(id))) return 'identifiers';
    if (all('dependency').some((each) => !resources.has(each.getAttribute('identifierref')))) return 'dependencies';
    return {
      root: manifest.documentElement.localName,
      schema: ['schema', 'schemaversion'].map((name) => all(name)[0].textContent).join(' '),
      isDefault: all('organizations')[0].getAttribute('default') === all('organization')[0].getAttribute('identifier'),
      items: all('item').map((item) => {
        const resource = resources.get(item.getAttribute('identifierref'));
        return {title: all('title', item)[0].textContent, href: resource.getAttribute('href'), type: resource.getAttributeNS(adlcp, 'scormtype')};
      }),
      files: all('file').map((file) => file.getAttribute('href')),
    };
  }, [xml, cp, adlcp]);
}

const folderOf = (site) => join(site, readdirSync(site).find((name) => /^\d/.test(name)), 'lessons');
const titleOf = (site, lesson) => /^title: (.*)$/m.exec(readFileSync(join(folderOf(site), lesson + '.md'), 'utf8'))[1];
const filesIn = (folder) => readdirSync(folder, {recursive: true}).filter((name) => statSync(join(folder, name)).isFile());

export const tests = {
  async 'each package has a manifest that lists its files, and each item launches its lesson'({browser, site, url, full}) {
    const out = await packed(site, 'scorm-packages');
    const zips = readdirSync(out).filter((name) => /-scorm-[\d.]+\.zip$/.test(name));
    const s = await Simulator.open(browser, url, {viewport: small});
    const lessons = readdirSync(folderOf(site)).filter((name) => name.endsWith('.md')).map((name) => name.replace('.md', ''));
    assert.equal(zips.length, lessons.length + 1);
    for (const zip of zips) {
      const folder = emptyFolder('scorm-unpacked');
      await unpack(join(out, zip), folder);
      const manifest = await read(s.page, readFileSync(join(folder, 'imsmanifest.xml'), 'utf8'));
      assert.equal(manifest.root, 'manifest', String(manifest));
      assert.equal(manifest.schema, 'ADL SCORM 1.2');
      assert.ok(manifest.isDefault);
      assert.deepEqual(manifest.files.sort(), filesIn(folder).filter((name) => name !== 'imsmanifest.xml').sort(), zip);
      const within = zip.includes('-course-') ? lessons : lessons.filter((lesson) => zip.includes(lesson));
      assert.deepEqual(manifest.items, within.sort().map((lesson) => ({title: titleOf(site, lesson), href: lesson + '.html', type: 'sco'})));
      if (!zip.includes('-course-') && !full) continue;
      const server = await serve(folder);
      for (const {href, title} of manifest.items) {
        const item = await Simulator.open(browser, server.url + href, {viewport: small, wait: false});
        assert.equal(await item.page.title(), title);
        await item.page.waitForFunction((name) => document.querySelector('.lesson-name')?.textContent === name, title);
        assert.match(item.page.url(), new RegExp(`lesson=${href.replace('.html', '')}`));
        await item.close();
      }
      await server.close();
    }
    await s.close();
    return `${zips.length} packages`;
  },
};
