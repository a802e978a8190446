// Serves the site as any static host would: below /, below a sub-folder, below /shared/ with the header that
// lets sandboxed frames fetch, and below /pretty/ as hosts do that send index.html to its folder. Also pages
// that hold it in a frame.
import {readFile, stat} from 'node:fs/promises';
import {createServer} from 'node:http';
import {extname, join, normalize} from 'node:path';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.md': 'text/markdown; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
};

// /frame?src=...&sandbox=...: a long course page with the site in a frame.
function coursePage(parameters) {
  const sandbox = parameters.has('sandbox') ? ` sandbox="${parameters.get('sandbox')}"` : '';
  return `<!doctype html><title>Course</title><link rel="icon" href="data:,"><body style="margin:0">` +
    `<button id="before">before</button><p style="height:300px">Text</p><iframe id="frame" src="${parameters.get('src')}"${sandbox} ` +
    `style="width:900px;height:500px;border:0"></iframe><p style="height:3000px">More</p><button id="after">after</button>`;
}

async function textOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

// What is served can be changed: `.site`, and `.pages` besides, by their paths. What is posted goes to `.take(url, text)`,
// whose result is the answer.
export async function serve(site) {
  const served = {site, pages: {}, take: () => null};
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://localhost');
    if (request.method === 'POST') {
      const answer = served.take(url, await textOf(request));
      return response.writeHead(answer ? 200 : 500, {'Content-Type': 'application/json'}).end(JSON.stringify(answer));
    }
    const page = url.pathname === '/frame' ? coursePage(url.searchParams) : served.pages[url.pathname];
    if (page) return response.writeHead(200, {'Content-Type': types['.html']}).end(page);
    let path = decodeURIComponent(url.pathname);
    const headers = {};
    if (path.startsWith('/shared/')) headers['Access-Control-Allow-Origin'] = '*';
    if (path === '/pretty/index.html') return response.writeHead(308, {Location: './' + url.search}).end();
    path = path.replace(/^\/(shared|pretty|courses\/nlp\/week 3|without-program)\//, '/');
    if (path.endsWith('/')) path += 'index.html';
    const isHidden = url.pathname.startsWith('/without-program/') && path.endsWith('/headwise.wasm');
    try {
      if (isHidden) throw new Error('hidden');
      const file = join(served.site, normalize(path));
      const {mtimeMs, size} = await stat(file);
      headers.ETag = `"${mtimeMs}-${size}"`;
      if (request.headers['if-none-match'] === headers.ETag) return response.writeHead(304, headers).end();
      const body = await readFile(file);
      headers['Content-Type'] = types[extname(path)] || 'application/octet-stream';
      response.writeHead(200, {...headers, 'Content-Length': body.length});
      response.end(body);
    } catch {
      response.writeHead(404, {'Content-Type': 'text/plain'});
      response.end('not found');
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const close = () => new Promise((done) => {
    server.close(done);
    server.closeAllConnections();
  });
  return Object.assign(served, {url: `http://127.0.0.1:${server.address().port}/`, close});
}
