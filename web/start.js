'use strict';
// Loads and starts the program, or says why that cannot be.

// The name that Emscripten's loader looks for.
var Module = {
  arguments: [location.hash, headwise.host.preferences() + headwise.embed.isEmbedded, location.href.split('#')[0]],
  print: (text) => console.log(text),
  printErr: (text) => console.warn(text),
  onAbort: (reason) => headwise.stop(String(reason)),
  postRun: [() => {
    headwise.running = true;
    headwise.hasStarted();
    headwise.canvas.start();
  }],
  instantiateWasm(imports, done) {
    headwise.loadProgram(imports).then(({instance, module}) => done(instance, module), headwise.explain);
    return {};
  },
};

headwise.loadProgram = async (imports) => {
  const response = await headwise.fetch('headwise.wasm');
  showProgress(response.clone());
  const type = response.headers.get('Content-Type') || '';
  if (WebAssembly.instantiateStreaming && type.startsWith('application/wasm')) {
    return WebAssembly.instantiateStreaming(response, imports);
  }
  return WebAssembly.instantiate(await response.arrayBuffer(), imports);
};

async function showProgress(response) {
  const total = Number(response.headers.get('Content-Length'));
  // Of a compressed file, the length is that of the compressed bytes.
  if (!total || response.headers.get('Content-Encoding') || !response.body) return;
  const reader = response.body.getReader();
  let received = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      received += part.value.length;
      headwise.element('progress').value = Math.min(1, received / total);
    }
    headwise.element('loading-text').textContent = 'Starting the simulator';
  } catch {
    // The program's own reading tells what is wrong.
  }
}

headwise.explain = (error) => {
  if (error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) {
    headwise.fail('This browser is too old',
                  'Headwise is a WebAssembly program, and this browser cannot run it: `' + error.message + '`. Any recent ' +
                  'Firefox, Chrome, Edge or Safari can.');
  } else if (location.protocol === 'file:') {
    headwise.fail('This page must come from a server',
                  'Browsers do not let a page that was opened as a file load its program.',
                  'Any server will do: in the folder of this file, run `python3 -m http.server`, then open ' +
                  '`http://localhost:8000`.');
  } else if (origin === 'null') {
    headwise.fail('This frame is not allowed to load the program',
                  'The page is shown in a sandboxed frame. There, browsers fetch a file only if its server allows that ' +
                  'for any page.',
                  'The server of `headwise.wasm` must send the header `Access-Control-Allow-Origin: *`, or the frame ' +
                  'must have `allow-same-origin` in its `sandbox` attribute beside `allow-scripts`.');
  } else {
    headwise.fail('The program could not be loaded', 'Fetching `headwise.wasm` failed: `' + error.message + '`.',
                  'Check the connection, then load the page again.');
  }
};

// Of the program or these scripts, not of something a browser extension put into the page.
function isOurs(error, file = '') {
  const folder = new URL('.', document.baseURI).href;
  const isTrap = typeof WebAssembly === 'object' && (error instanceof WebAssembly.RuntimeError ||
                 (WebAssembly.Exception && error instanceof WebAssembly.Exception));
  return isTrap || file.startsWith(folder) || String(error?.stack).includes(folder);
}

addEventListener('error', (event) => {
  if (event.error && isOurs(event.error, event.filename)) headwise.stop(event.error.message || String(event.error));
});
addEventListener('unhandledrejection', (event) => {
  if (isOurs(event.reason)) headwise.stop(event.reason.message || String(event.reason));
});

if (typeof WebAssembly !== 'object') {
  headwise.fail('No WebAssembly in this browser',
                'Headwise is a WebAssembly program, and this browser does not have WebAssembly or has turned it off. ' +
                'Any recent Firefox, Chrome, Edge or Safari has it.');
} else {
  const script = document.createElement('script');
  script.src = headwise.folder + 'headwise.js';
  script.addEventListener('error', () => headwise.explain(new Error('headwise.js is missing')));
  document.head.append(script);
  // When the loading state is on screen.
  requestAnimationFrame(() => setTimeout(headwise.canvas.prepare));
}
