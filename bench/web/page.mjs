// What the peers have in common in the page. First: numbers as text, for the way out.
export function base64(floats) {
  const bytes = new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return btoa(text);
}

// A script that is no module; resolves when it has run.
export function script(src) {
  return new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement('script'), {src, onload: done, onerror: failed}));
  });
}
