// A peer of scripts/bench that runs in a Chromium of its own: chromium_peer.mjs PEER PROGRAM_FOLDER.
// Passes lines on to the page web/PEER.mjs and answers from there.
import {readFileSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {extname, join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import {chromium} from 'playwright-core';

const [peer, programs] = process.argv.slice(2);
const here = fileURLToPath(new URL('.', import.meta.url));
const types = {'.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm'};
const folders = {bench: here, program: programs, file: '/'};

const server = createServer((request, response) => {
  const [, folder, ...path] = decodeURIComponent(new URL(request.url, 'http://localhost').pathname).split('/');
  try {
    const body = readFileSync(join(folders[folder], path.join('/')));
    response.writeHead(200, {'Content-Type': types[extname(path.at(-1))] || 'application/octet-stream'});
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const address = `http://127.0.0.1:${server.address().port}/bench/web/page.html#${peer}`;
const args = ['--no-sandbox', '--no-first-run', '--disable-background-networking', '--disable-component-update'];
const browser = await chromium.launch({executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args});
const page = await browser.newPage();
page.on('pageerror', (error) => console.error(peer, String(error)));
await page.goto(address);
await page.waitForFunction('window.peer', null, {timeout: 60000});

for await (const line of createInterface({input: process.stdin})) {
  const [verb, ...words] = line.split(' ');
  if (verb === 'output') {
    const file = words.pop();
    const text = await page.evaluate((given) => window.peer.output(...given), words);
    writeFileSync(file, Buffer.from(text, 'base64'));
    console.log('ok');
  } else {
    console.log(await page.evaluate(([name, given]) => window.peer[name](...given), [verb, words]) ?? 'ok');
  }
}
await browser.close();
server.close();
