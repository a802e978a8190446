'use strict';
// What students did, kept in this browser and nowhere else; and files that are dropped on the page or chosen.

headwise.progress = (() => {
  const key = 'headwise-progress';
  const largest = 16 << 20;

  // In a sandboxed frame, and where it is forbidden, there is no storage: progress lasts as long as the page.
  function stored() {
    try {
      return localStorage.getItem(key) || '';
    } catch {
      return '';
    }
  }

  function store(text) {
    try {
      localStorage.setItem(key, text);
    } catch {
      // See above.
    }
  }

  async function take(file) {
    if (!file) return;
    if (file.size > largest) {
      headwise.notify(`${file.name} is too large for a lesson or a file of progress`);
      return;
    }
    headwise.program.take_file(file.name, await file.text());
  }

  function chooseFile() {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = '.txt,.md,text/plain,text/markdown';
    input.addEventListener('change', () => take(input.files[0]));
    input.click();
  }

  addEventListener('storage', (event) => {
    if (event.key === key && event.newValue) headwise.program.merge_progress(event.newValue);
  });
  addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });

  return {stored, store, chooseFile, scored: (result) => headwise.embed.scored(result)};
})();
