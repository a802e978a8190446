// Links with what cannot be: each says why, nothing changes and nothing breaks.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {Simulator, small, until} from './harness.mjs';

const table = JSON.parse(readFileSync(new URL('../bad_inputs.json', import.meta.url), 'utf8'));

// As a link has them; what is no assignment at all stays as it is.
const hashOf = (assignments) => '#v=1&' + assignments.map((text) => {
  const [, key, value] = text.match(/^([^=]*)(?:=(.*))?$/s);
  return value === undefined ? encodeURIComponent(key) : encodeURIComponent(key) + '=' + encodeURIComponent(value);
}).join('&');

export const tests = {
  async 'through the address, one after the other'({browser, url, full}) {
    const s = await Simulator.open(browser, url + '#v=1&d_model=16&stage=concat', {viewport: small});
    await until(async () => (await s.stage()) === 'concat', 'the stage');
    const before = await s.view();
    const entries = table.filter((entry, i) => !entry.argv_only && (full || i % 3 === 0))
      .map((entry) => ({hash: hashOf(entry.assignments || []), ...entry}));
    assert.ok(entries.length >= 25, `${entries.length} entries`);
    for (const {hash, message} of entries) {
      await s.load(hash);
      const said = await s.text('problem');
      assert.ok(said.includes(message), `${hash}: ${message}; it says ${said}`);
    }
    assert.deepEqual(await s.view(), before);
    await s.load('#v=1&d_model=16&stage=concat');
    await until(async () => (await s.text('problem')) === '', 'no reason');
    await s.close();
    return `${entries.length} links`;
  },

  async 'a key that is too long is not repeated in full'({browser, url}) {
    const s = await Simulator.open(browser, url, {viewport: small});
    await s.load('#v=1&' + 'x'.repeat(20000) + '=1');
    const said = await s.text('problem');
    assert.match(said, /^unknown key 'x+/);
    assert.ok(said.length < 600, `${said.length} letters`);
    await s.close();
  },

  async 'as the first address'({browser, url}) {
    const s = await Simulator.open(browser, url + '#v=1&num_heads=3', {viewport: small});
    await until(async () => /num_heads=3 does not divide d_model=8/.test(await s.text('problem')), 'the reason');
    assert.equal(await s.stage(), 'x');
    assert.equal(await s.hash(), '#v=1&num_heads=3');
    await s.close();
  },
};
