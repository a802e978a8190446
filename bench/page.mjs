// What benchmarks of the page share: a server of its files, the browser, and times of what it does.
import {readFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {extname, join} from 'node:path';
import {chromium} from 'playwright-core';

const types = {'.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml', '.wasm': 'application/wasm'};
const args = ['--no-sandbox', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--use-gl=angle',
  '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

export const launch = () => chromium.launch({executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args});

// {address, close} of a server of the files of a folder.
export async function serve(site) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    try {
      const body = readFileSync(join(site, path.endsWith('/') ? 'index.html' : path));
      response.writeHead(200, {'Content-Type': types[extname(path)] || (path === '/' ? 'text/html' : 'application/octet-stream')});
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {address: `http://127.0.0.1:${server.address().port}`, close: () => server.close()};
}

// In the page: times what every frame and every timer does, in frames_ms and timers_ms; nextFrame() waits
// for a frame and the timers after it, untimed.
export function watch() {
  window.frames_ms = [];
  window.timers_ms = [];
  const timed = (all, callback) => (...given) => {
    const start = performance.now();
    callback(...given);
    all.push(performance.now() - start);
  };
  const [frame, timer] = [window.requestAnimationFrame.bind(window), window.setTimeout.bind(window)];
  window.nextFrame = () => new Promise((done) => frame(() => timer(done)));
  window.requestAnimationFrame = (callback) => frame(timed(window.frames_ms, callback));
  window.setTimeout = (callback, wait) => timer(timed(window.timers_ms, callback), wait);
}
